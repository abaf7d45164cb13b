package import Experiments
internal import Complaints
package import Execution
package import Foundation
internal import Layers
internal import Models
internal import Records
internal import Specification

/// A training's whole state as a safetensors file: parameters in PyTorch's axis order, moments and
/// averages; the resolved experiment, the seed, the step and the data cursor as metadata. Random
/// numbers are functions of seed and step, so nothing else is needed to go on exactly.
package struct Checkpoint {
  /// The resolved experiment.
  package private(set) var experiment: Experiment
  /// The trial's seed.
  package let seed: Int
  /// Steps done.
  package let step: Int
  /// Names of the classes of the data, where the model has some. None has a slash, as they are names of folders.
  package let classes: [String]
  /// The classes that samples are made of; nil where networks are not told of classes.
  package let sampledClasses: SampledClasses?
  /// The hash of each set of the data, by the set's name; see `Experiment.hashes(of:)`. Nil where none is recorded.
  package let data: [String: String]?
  let url: URL

  /// Writes the file whole or not at all.
  static func write(
    to url: URL, _ experiment: Experiment, seed: Int, step: Int,
    cursor: (epoch: Int, position: Int),
    _ variables: VariableStore, shapes: [String: [Int]], classes: [String],
    sampled: SampledClasses?, data: [String: String]
  ) throws {
    let tensors = variables.names.sorted(by: order).map { name -> Safetensors.Tensor in
      let values = UnsafeBufferPointer(
        variables[name] ?? UnsafeMutableBufferPointer(start: nil, count: 0))
      return Safetensors.Tensor(
        name: name, shape: shapes[parameterName(name)] ?? [values.count], values: values)
    }
    let metadata = CheckpointMetadata(
      experiment: experiment.resolvedYAML(), experimentJSON: experiment.resolvedJSON(), seed: seed,
      step: step, cursor: cursor,
      classes: classes, classCounts: sampled?.counts, data: data)
    try Safetensors.write(to: url, tensors: tensors, metadata: metadata.texts)
  }

  /// Reads what is needed to rebuild the model.
  ///
  /// - Throws: `InputError` for a file that is damaged or something else.
  package init(_ url: URL) throws {
    self.url = url
    let file = try SafetensorsFile(url)
    let metadata = try CheckpointMetadata(
      reading: file.metadata, of: SourcePlace(file: url.path))
    experiment = try Experiment.parse(metadata.experiment, file: url.path)
    (seed, step) = (metadata.seed, metadata.step)
    (classes, data) = (metadata.classes, metadata.data)
    sampledClasses = metadata.classCounts.map(SampledClasses.init(counts:))
    guard sampledClasses != nil || !experiment.model.isConditional else {
      throw CheckpointMetadata.classCountError(
        nil, of: classes, at: SourcePlace(file: url.path))
    }
  }

  /// Chooses the average of weights that samples are drawn from; 0 stands for the weights themselves.
  ///
  /// - Throws: `InputError` naming the averages that the checkpoint has.
  package mutating func sample(from average: Double) throws {
    let averages = experiment.train.ema
    guard average == 0 || averages.contains(average) else {
      throw InputError(
        SourcePlace(file: url.path), key: "train.ema",
        expected: averages.isEmpty
          ? "0, as the checkpoint has no averages of weights"
          : (averages + [0]).map { "\($0)" }.joined(separator: " or "), found: "\(average)")
    }
    guard !averages.isEmpty else { return }
    experiment = try experiment.overriding([Override("sampling.ema", .number(average))])
  }

  /// Returns true where the metadata of a safetensors file are those of a checkpoint.
  package static func isMarked(by metadata: [String: String]) -> Bool {
    CheckpointMetadata.isCheckpoint(metadata)
  }

  /// Fills variables, which must be declared, from the file: all of them, or none where it throws `InputError`.
  ///
  /// - Throws: `InputError` naming the first tensor that is missing or has another shape; `FileError`.
  package func restore(_ names: [String], into variables: VariableStore, shapes: [String: [Int]])
    throws
  {
    let file = try SafetensorsFile(url)
    let declared = names.compactMap { name in variables[name].map { (name, $0) } }
    for (name, values) in declared {
      let expected = shapes[Self.parameterName(name)] ?? [values.count]
      let found = file.shape(of: name)
      guard found == expected, file.type(of: name) == .f32 else {
        throw InputError(
          SourcePlace(file: url.path), key: name,
          expected: "float32 numbers of shape \(expected) as the experiment's model has",
          found: found.map { "\($0)" } ?? "none")
      }
    }
    for (name, values) in declared { try file.read(name, into: values) }
  }

  /// The name of the parameter that a moment or average belongs to: `w` for `optimizer/w/exp_avg` and `ema/0.99/w`.
  private static func parameterName(_ name: String) -> String {
    let parts = name.split(separator: "/")
    guard parts.count == 3 else { return name }
    return String(parts[parts[0] == "ema" ? 2 : 1])
  }

  /// Orders parameters before moments and averages, then by name.
  private static func order(_ a: String, _ b: String) -> Bool {
    (a.contains("/") ? 1 : 0, a) < (b.contains("/") ? 1 : 0, b)
  }
}
