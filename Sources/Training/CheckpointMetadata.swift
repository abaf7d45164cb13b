internal import Complaints
internal import Experiments
internal import Records

/// The metadata of a checkpoint, which its file holds as texts beside the tensors.
struct CheckpointMetadata {
  /// The text under `format` that marks a checkpoint.
  static let format = "lethe checkpoint 2"

  /// The resolved experiment, in YAML.
  var experiment: String
  /// The same as JSON, which is written for other programs and not read.
  var experimentJSON: String?
  /// The trial's seed.
  var seed: Int
  /// Steps done.
  var step: Int
  /// The epoch of the next batch and the batch's position in it. They are written but not read, as both
  /// follow from the step.
  var cursor: (epoch: Int, position: Int)?
  /// Names of the classes of the data, where the model has some. None has a slash.
  var classes: [String]
  /// Number of training examples of each class, where networks are told of it; else nil.
  var classCounts: [Int]?
  /// The hash of each set of the data, by the set's name; nil where none is recorded.
  var data: [String: String]?

  private enum Key: String {
    case format, experiment, seed, step, epoch, classes
    case experimentJSON = "experiment_json"
    case batchInEpoch = "batch_in_epoch"
    case classCounts = "class_counts"
    case version = "lethe"
  }

  /// The prefix of the keys of hashes, before the name of the set: `data.<set>`.
  private static let dataMark = "data."
  /// The separator between the names of classes.
  private static let classMark = "/"

  /// The texts that the file holds, by key.
  var texts: [String: String] {
    let own: [Key: String?] = [
      .format: Self.format, .version: Version.current, .experiment: experiment,
      .experimentJSON: experimentJSON, .seed: "\(seed)",
      .step: "\(step)", .epoch: cursor.map { "\($0.epoch)" },
      .batchInEpoch: cursor.map { "\($0.position)" },
      .classes: classes.isEmpty ? nil : classes.joined(separator: Self.classMark),
      .classCounts: classCounts?.map(String.init).joined(separator: Self.classMark),
    ]
    let hashes = (data ?? [:]).map { (Self.dataMark + $0.key, $0.value) }
    return Dictionary(
      uniqueKeysWithValues: own.compactMap { key, text in text.map { (key.rawValue, $0) } } + hashes
    )
  }
}

extension CheckpointMetadata {
  /// Returns true where metadata have the mark of a checkpoint, whatever else they hold.
  static func isCheckpoint(_ texts: [String: String]) -> Bool {
    texts[Key.format.rawValue] == format
  }

  /// Reads the metadata of a file.
  ///
  /// - Throws: `InputError` for a file that is damaged or something else.
  init(reading texts: [String: String], of place: SourcePlace) throws {
    func text(_ key: Key) -> String? { texts[key.rawValue] }
    guard Self.isCheckpoint(texts), let experiment = text(.experiment),
      let seed = text(.seed).flatMap({ Int($0) }), Experiment.seeds.contains(seed),
      let step = text(.step).flatMap({ Int($0) }), step >= 0
    else {
      throw InputError(
        place, expected: "a checkpoint of lethe (metadata format: \(Self.format))",
        found: text(.format) ?? "a safetensors file without it")
    }
    (self.experiment, self.seed, self.step) = (experiment, seed, step)
    // Splits bytes, not characters: a name may start with a combining accent, which would join the slash.
    let mark = Array(Self.classMark.utf8)
    classes =
      text(.classes)?.utf8.split(separator: mark[0]).map { String(decoding: $0, as: UTF8.self) }
      ?? []
    classCounts = text(.classCounts)?.split(separator: Self.classMark).map { Int($0) ?? 0 }
    guard classCounts.map({ $0.count == classes.count && $0.contains { $0 > 0 } }) ?? true else {
      throw Self.classCountError(text(.classCounts), of: classes, at: place)
    }
    let hashes = texts.compactMap { key, hash in Self.set(ofHash: key).map { ($0, hash) } }
    data = hashes.isEmpty ? nil : Dictionary(uniqueKeysWithValues: hashes)
  }

  /// The error of numbers of training examples that are not those of the classes.
  static func classCountError(
    _ found: String?, of classes: [String], at place: SourcePlace
  ) -> InputError {
    InputError(
      place, key: Key.classCounts.rawValue,
      expected: "a number of training examples for each of the \(classes.count) classes",
      found: found ?? "none")
  }

  /// The name of the data set whose hash a key holds; nil for all other keys.
  private static func set(ofHash key: String) -> String? {
    guard key.hasPrefix(dataMark) else { return nil }
    return String(key.dropFirst(dataMark.count))
  }
}
