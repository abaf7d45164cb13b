internal import Complaints
internal import Specification

// The reference of the keys is what the sections read of examples that have every section between them, so that it
// cannot say anything else than the program does.
extension Experiment {
  /// Every key of the experiment file, in the order in which keys are read.
  ///
  /// A default or a range that depends on other keys is that of the examples, which give as few keys as they can.
  ///
  /// - Throws: `InputError` if an example is not valid, which is a mistake in the program.
  public static func reference() throws -> [KeyDescription] {
    let examples = try ReferenceExamples.all.map(ReadExample.init)
    var keys: [String] = []
    var readings: [String: [(example: ReadExample, reading: KeyReading)]] = [:]
    for example in examples {
      var position = 0
      for reading in example.readings {
        if readings[reading.key] == nil {
          keys.insert(reading.key, at: position)
        }
        readings[reading.key, default: []].append((example, reading))
        // A second entry of a list does not go back to the keys of the first.
        position = max(position, (keys.firstIndex(of: reading.key) ?? keys.count - 1) + 1)
      }
    }
    var families: [String: [String]] = [:]
    return keys.compactMap { key in
      let outer = families[section(of: key)] ?? ReadExample.families
      let read = readings[key] ?? []
      let own = outer.filter { family in
        let ofFamily = read.filter { $0.example.family == family }
        return !ofFamily.contains { $0.reading.when.isAgainstFamily }
          || ofFamily.contains { $0.reading.when.reasonAgainst == nil }
      }
      families[plain(key)] = own
      return describe(key, read, families: own == outer ? [] : own)
    }
  }

  private static func plain(_ key: String) -> String { key.replacing("[]", with: "") }

  /// The key of the section that a key is in; empty for the whole file.
  private static func section(of key: String) -> String {
    plain(key.lastIndex(of: ".").map { String(key[..<$0]) } ?? "")
  }

  /// The experiments that the reference is read of: every family, with everything that can be measured of it.
  ///
  /// - Throws: `InputError` if one is not valid, which is a mistake in the program.
  package static func referenceExamples() throws -> [Experiment] {
    try ReferenceExamples.all.map { try parse($0, file: "reference") }
  }

  /// The keys that are read of this experiment, as the reference names them.
  package func keysRead() throws -> [String] {
    let recorder = KeyRecorder()
    _ = try Experiment(tree, file: file, folder: folder, recorder: recorder)
    return recorder.readings.filter { $0.when.reasonAgainst == nil }.map(\.key)
  }

  /// Brings together what is read of a key; nil if it has no effect in any example.
  private static func describe(
    _ key: String, _ readings: [(example: ReadExample, reading: KeyReading)], families: [String]
  ) -> KeyDescription? {
    let applicable = readings.filter { $0.reading.when.reasonAgainst == nil }
    guard let first = applicable.first else { return nil }
    var uses: [String] = []
    for use in readings.compactMap(\.reading.when.use) where !uses.contains(use) {
      uses.append(use)
    }
    let standards = applicable.filter { !$0.reading.standard.isEmpty }
    return KeyDescription(
      key: key, expected: byCase(applicable.map { ($0.example.aspects, $0.reading.expected) }),
      standard: byCase(standards.map { ($0.example.aspects, $0.reading.standard) }),
      families: families, uses: uses,
      meaning: first.reading.meaning)
  }

  /// One text where all cases have the same, such as `500`; else texts by the first aspect that decides, such as
  /// `0.995 for gan; else []`, or by the first two; and where none does, all texts.
  private static func byCase(_ cases: [(aspects: [String], text: String)]) -> String {
    var texts: [String] = []
    for text in cases.map(\.text) where !texts.contains(text) { texts.append(text) }
    guard texts.count > 1 else { return texts.first ?? "" }
    // It is for the user to choose whether a key has a value or a mapping.
    if texts.contains(SectionReader.mapping) {
      let others = texts.filter { $0 != SectionReader.mapping }
      return (others + [SectionReader.mapping]).joined(separator: ", or ")
    }
    let count = cases[0].aspects.count
    let pairs = (0..<count).flatMap { a in (a + 1..<count).map { [a, $0] } }
    for choice in (0..<count).map({ [$0] }) + pairs {
      if let text = byValue(
        cases.map { aspects, text in (choice.map { aspects[$0] }.joined(separator: " "), text) },
        texts)
      {
        return text
      }
    }
    return texts.joined(separator: " or ")
  }

  /// The texts with the values that they are for; nil where a value has several texts.
  private static func byValue(_ cases: [(value: String, text: String)], _ texts: [String])
    -> String?
  {
    var values: [String: [String]] = [:]
    var textOfValue: [String: String] = [:]
    for (value, text) in cases {
      guard textOfValue[value, default: text] == text else { return nil }
      if textOfValue.updateValue(text, forKey: value) == nil {
        values[text, default: []].append(value)
      }
    }
    let counts = texts.map { values[$0]?.count ?? 0 }
    let most = counts.max() ?? 0
    let rest = most > 1 ? counts.firstIndex(of: most).map { texts[$0] } : nil
    let named = texts.filter { $0 != rest }.map { "\($0) for \(inWords(values[$0] ?? []))" }
    return (named + [rest].compactMap { $0.map { "else \($0)" } }).joined(separator: "; ")
  }
}

/// An example of the reference, and the keys that were read of it.
private struct ReadExample {
  /// The families in the order of the reference.
  static let families = (Family.allCases + [.external]).map(\.rawValue)

  let family: String
  /// What defaults and ranges may depend on: family, form and origin of the examples, backbone, optimizer and
  /// adversarial loss.
  let aspects: [String]
  let readings: [KeyReading]

  init(_ text: String) throws {
    let place = SourcePlace(file: "reference")
    guard let tree = try YAMLNode.parse(text, at: place, hasLines: true) else {
      throw InputError(place, expected: "an experiment", found: "an empty text")
    }
    let recorder = KeyRecorder()
    let experiment = try Experiment(tree, file: place.file, folder: ".", recorder: recorder)
    family = experiment.model.family.rawValue
    let form =
      experiment.data.kind == .images ? "images" : experiment.data.representation.rawValue
    aspects = [
      family, form, experiment.data.origin.hasFiles ? "files" : "built-in data",
      experiment.model.backbone.rawValue, experiment.optimizer.name.rawValue,
      experiment.loss.adversarial.rawValue,
    ]
    readings = recorder.readings
  }
}
