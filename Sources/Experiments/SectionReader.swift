internal import Complaints

/// Reads one mapping of an experiment file: each key by name, with its default and its range.
///
/// The values read are also recorded, defaults included, as the resolved configuration. A key that was
/// written and that nothing reads is an error. So one line, in the type that holds its value, defines a key's
/// name, kind, default, applicability and meaning.
final class SectionReader {
  /// The dotted key of this mapping, empty for the whole file.
  let path: String
  /// Every key that applies, with its value, in the order read.
  private(set) var resolved: [YAMLValue.Pair] = []

  private let place: SourcePlace
  private let recorder: KeyRecorder?
  /// The dotted key of this mapping in a reference, such as `dropout[]`.
  private let pattern: String
  private let omissions: Omissions?
  private let entries: [YAMLNode.Entry]
  private var unread: [YAMLNode.Entry]
  private var valid: [String] = []

  /// Prepares to read a mapping.
  ///
  /// - Parameters:
  ///   - pattern: The dotted key in a reference; that of the file by default.
  ///   - omissions: Collects the keys of the file that other settings leave without effect; nil makes such keys
  ///     errors.
  ///   - recorder: Collects what is read; nil for nothing.
  /// - Throws: `InputError` if the node is no mapping or has a key twice.
  init(
    _ node: YAMLNode, path: String, pattern: String? = nil, omissions: Omissions? = nil,
    recorder: KeyRecorder? = nil
  ) throws {
    guard case .mapping(let entries) = node.content else {
      let key = path.isEmpty ? nil : path
      throw InputError(node.place, key: key, expected: "a mapping of keys", found: node.found)
    }
    self.path = path
    self.omissions = omissions
    (self.recorder, self.pattern) = (recorder, pattern ?? path)
    place = node.place
    self.entries = entries
    unread = entries
    var seen: Set<[UInt8]> = []
    for entry in entries where !seen.insert(Array(entry.key.utf8)).inserted {
      throw error(entry, "is given twice")
    }
  }

  /// The dotted key of a name in this mapping.
  func dotted(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  /// An error about this mapping as a whole.
  func error(_ message: String) -> InputError {
    InputError(place, key: path.isEmpty ? nil : path, message)
  }

  /// An error about the value of a key, at its line or, where it was not written, at the mapping's.
  func error(_ name: String, expected: String, found: String) -> InputError {
    let place = entries.first { $0.key == name }?.place ?? place
    return InputError(place, key: dotted(name), expected: expected, found: found)
  }

  /// An error about one key of this mapping.
  func error(_ entry: YAMLNode.Entry, _ message: String) -> InputError {
    InputError(entry.place, key: dotted(entry.key), message)
  }

  // MARK: Values

  /// Reads a key that may be left out.
  ///
  /// - Parameter meaning: What the key says, for the reference: a phrase without the key itself and without a full
  ///   stop.
  func value<V>(
    _ name: String, _ kind: ValueKind<V>, default standard: V, when: Applicability = .always,
    says meaning: String
  ) throws -> V {
    describe(name, kind, default: kind.render(standard), when: when, meaning)
    let entry = try take(name, when: when)
    let value = try entry.map { try parse($0, kind) } ?? standard
    record(name, kind.render(value), when: when)
    return value
  }

  /// Reads a key that may be missing or `null`.
  ///
  /// - Parameter standard: The value in that case; nil by default.
  func optional<V>(
    _ name: String, _ kind: ValueKind<V>, default standard: V? = nil,
    when: Applicability = .always, says meaning: String
  ) throws -> V? {
    describe(name, kind, default: standard.map(kind.render) ?? .null, when: when, meaning)
    let entry = try take(name, when: when)
    let value = try entry.flatMap { $0.value.isNull ? nil : try parse($0, kind) } ?? standard
    record(name, value.map(kind.render) ?? .null, when: when)
    return value
  }

  /// Reads a key that may be missing or `null`, and records it only where it has a value: a later addition, without
  /// which the resolved configuration, and the identity of trials, is what it was before.
  func addition<V>(
    _ name: String, _ kind: ValueKind<V>, when: Applicability = .always, says meaning: String
  ) throws -> V? {
    describe(name, kind, default: .null, when: when, meaning)
    return try added(name, kind, when: when)
  }

  /// Reads a key that may be missing or `null`, and records it only where it was written.
  func addition<V>(
    _ name: String, _ kind: ValueKind<V>, default standard: V, when: Applicability = .always,
    says meaning: String
  ) throws -> V {
    describe(name, kind, default: kind.render(standard), when: when, meaning)
    return try added(name, kind, when: when) ?? standard
  }

  private func added<V>(
    _ name: String, _ kind: ValueKind<V>, when: Applicability
  ) throws -> V? {
    let entry = try take(name, when: when)
    guard let value = try entry.flatMap({ $0.value.isNull ? nil : try parse($0, kind) }) else {
      return nil
    }
    record(name, kind.render(value), when: when)
    return value
  }

  /// Reads a key that must be there.
  func required<V>(_ name: String, _ kind: ValueKind<V>, says meaning: String) throws -> V {
    describe(name, expected: kind.expected(name), default: "required", when: .always, meaning)
    guard let entry = try take(name, when: .always) else {
      throw missing([name], kind.expected(name))
    }
    let value = try parse(entry, kind)
    record(name, kind.render(value), when: .always)
    return value
  }

  /// The error of a missing key, or of a misspelt one if an unread key has a similar name.
  ///
  /// - Parameter names: The key, or its alternatives.
  func missing(_ names: [String], _ expected: String) -> InputError {
    for entry in unread where nearestName(to: entry.key, among: names) != nil {
      return InputError(entry.place, unknownKey: dotted(entry.key), valid: names)
    }
    let keys = names.map(dotted).joined(separator: " or ")
    return InputError(place, "missing key \(keys): expected \(expected)")
  }

  private func parse<V>(_ entry: YAMLNode.Entry, _ kind: ValueKind<V>) throws -> V {
    if let value = kind.parse(entry.value) {
      guard let objection = kind.objection(value) else { return value }
      throw InputError(
        entry.place, key: dotted(entry.key), expected: objection.expected, found: objection.found)
    }
    let wrong = entry.value.items.lazy.compactMap(\.text).first { !kind.choices.contains($0) }
    let suggestion = wrong.flatMap { nearestName(to: $0, among: kind.choices) }
    throw InputError(
      entry.place, key: dotted(entry.key),
      expected: kind.expected(entry.key) + entry.value.sizeLimit,
      found: entry.value.found, suggestion: suggestion)
  }

  // MARK: Mappings and lists of mappings

  /// Reads a mapping; when it is left out, all of its keys have their defaults.
  func section<S>(
    _ name: String, when: Applicability = .always, says meaning: String,
    _ read: (SectionReader) throws -> S
  ) throws -> S {
    describe(name, expected: Self.mapping, default: "", when: when, meaning)
    return try mapping(name, when: when, read)
  }

  private func mapping<S>(
    _ name: String, when: Applicability, _ read: (SectionReader) throws -> S
  ) throws -> S {
    let entry = try take(name, when: when)
    let node = entry?.value ?? YAMLNode(content: .mapping([]), place: place)
    let (value, resolved) = try inner(node, dotted(name), patternDotted(name), when, read)
    record(name, .mapping(resolved), when: when)
    return value
  }

  /// Reads a mapping that may be missing or `null`; the result is nil then.
  func optionalSection<S>(
    _ name: String, when: Applicability = .always, says meaning: String,
    _ read: (SectionReader) throws -> S
  ) throws -> S? {
    let value = try additionalSection(name, when: when, says: meaning, read)
    if value == nil { record(name, .null, when: when) }
    return value
  }

  /// Reads a mapping that may be missing or `null`, and records it only where it is there; see `addition`.
  func additionalSection<S>(
    _ name: String, when: Applicability = .always, says meaning: String,
    _ read: (SectionReader) throws -> S
  ) throws -> S? {
    describe(name, expected: Self.mapping, default: "none", when: when, meaning)
    guard let entry = try take(name, when: when), !entry.value.isNull else { return nil }
    let (value, resolved) = try inner(entry.value, dotted(name), patternDotted(name), when, read)
    record(name, .mapping(resolved), when: when)
    return value
  }

  /// Reads a list of mappings, empty by default.
  func sections<S>(
    _ name: String, when: Applicability = .always, says meaning: String,
    _ read: (SectionReader) throws -> S
  ) throws -> [S] {
    describe(name, expected: "a list of mappings", default: "[]", when: when, meaning)
    var nodes: [YAMLNode] = []
    if let entry = try take(name, when: when) {
      guard case .list(let entries) = entry.value.content else {
        throw InputError(
          entry.place, key: dotted(name), expected: "a list of entries", found: entry.value.found)
      }
      nodes = entries
    }
    let items = try nodes.enumerated().map { index, node in
      try inner(node, "\(dotted(name)).\(index)", patternDotted(name) + "[]", when, read)
    }
    record(name, .list(items.map { .mapping($0.1) }), when: when)
    return items.map(\.0)
  }

  /// Reads a mapping whose keys the user chooses, such as the placements of an ablation.
  ///
  /// - Parameters:
  ///   - label: What a key of the mapping is, in a word.
  ///   - expected: What its value is, for the reference.
  ///   - meaning: What an entry of the mapping says, for the reference.
  func entries<V>(
    _ name: String, by label: String, each expected: String, when: Applicability = .always,
    says meaning: String, _ read: (YAMLNode.Entry) throws -> V
  ) throws -> [V] {
    describe("\(name).<\(label)>", expected: expected, default: "none", when: when, meaning)
    return try mapping(name, when: when) { keys in try keys.remaining().map(read) }
  }

  /// Takes all keys that nothing has read yet; they are recorded as they were written.
  func remaining() -> [YAMLNode.Entry] {
    defer { unread = [] }
    for entry in unread { record(entry.key, entry.value.value, when: .always) }
    return unread
  }

  /// Reads a mapping in this one. The keys of a mapping that does not apply do not apply either, and have no place
  /// in a reference.
  private func inner<S>(
    _ node: YAMLNode, _ path: String, _ pattern: String, _ when: Applicability,
    _ read: (SectionReader) throws -> S
  ) throws -> (S, [YAMLValue.Pair]) {
    let reader = try SectionReader(
      node, path: path, pattern: pattern, omissions: omissions,
      recorder: when.reasonAgainst == nil ? recorder : nil)
    let value = try read(reader)
    try reader.finish()
    return (value, reader.resolved)
  }

  // MARK: Bookkeeping

  /// True if the key was written and has not been read yet.
  func isGiven(_ name: String) -> Bool { unread.contains { $0.key == name } }

  /// True if the key was written with a mapping as its value.
  func isMapping(_ name: String) -> Bool {
    guard case .mapping = entries.first(where: { $0.key == name })?.value.content else {
      return false
    }
    return true
  }

  /// Throws an error for the first key that nothing has read.
  func finish() throws {
    guard let entry = unread.first else { return }
    throw InputError(entry.place, unknownKey: dotted(entry.key), valid: valid)
  }

  private func take(_ name: String, when: Applicability) throws -> YAMLNode.Entry? {
    valid.append(name)
    guard let index = unread.firstIndex(where: { $0.key == name }) else { return nil }
    let entry = unread.remove(at: index)
    guard let reason = when.reasonAgainst else { return entry }
    if let omissions, entry.value.isOfFile {
      omissions.add(
        try DottedKey(dotted(name), at: entry.place),
        "\(entry.place): \(dotted(name)) is left out: it is \(reason)")
      return nil
    }
    throw error(entry, "would have no effect: it is \(reason)")
  }

  private func record(_ name: String, _ value: YAMLValue, when: Applicability) {
    if when.reasonAgainst == nil { resolved.append(.init(name, value)) }
  }

  // MARK: Reference

  static let mapping = "a mapping of keys"

  private func patternDotted(_ name: String) -> String {
    pattern.isEmpty ? name : "\(pattern).\(name)"
  }

  private func describe<V>(
    _ name: String, _ kind: ValueKind<V>, default standard: YAMLValue, when: Applicability,
    _ meaning: String
  ) {
    guard recorder != nil else { return }
    describe(
      name, expected: kind.expected(name), default: standard.shortText, when: when, meaning)
  }

  private func describe(
    _ name: String, expected: String, default standard: String, when: Applicability,
    _ meaning: String
  ) {
    recorder?.add(
      KeyReading(
        key: patternDotted(name), expected: expected, standard: standard, when: when,
        meaning: meaning))
  }
}
