internal import Complaints

// Dotted keys: `model.width`, and `dropout.0.rate` for entries of lists.
extension YAMLNode {
  /// The place of a key, or else of the innermost section around it that was written.
  func place(of key: String) -> SourcePlace { find(key).place }

  /// True if the key was written.
  func has(_ key: String) -> Bool { find(key).isWhole }

  /// The text of a single value at a dotted key; nil where there is none.
  func text(of key: String) -> String? {
    key.split(separator: ".").reduce(Optional(self)) { node, part in
      guard case .mapping(let entries) = node?.content else { return nil }
      return entries.first { $0.key == part }?.value
    }?.text
  }

  private func find(_ key: String) -> (place: SourcePlace, isWhole: Bool) {
    switch content {
    case .mapping(let entries):
      // Keys of an ablation's grid hold dots themselves, so whole keys are compared, not parts.
      for entry in entries where key == entry.key || key.hasPrefix(entry.key + ".") {
        if key == entry.key { return (entry.place, true) }
        let inner = entry.value.find(String(key.dropFirst(entry.key.count + 1)))
        return inner.isWhole ? inner : (entry.value.isScalar ? entry.place : inner.place, false)
      }
    case .list(let nodes):
      let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
      if let first = parts.first, let index = Int(first), nodes.indices.contains(index) {
        return parts.count == 1 ? (nodes[index].place, true) : nodes[index].find(parts[1])
      }
    case .scalar: break
    }
    return (place, false)
  }

  private var isScalar: Bool { if case .scalar = content { true } else { false } }

  /// The document with the value of an override at its key, replaced or added. `null` removes the key,
  /// which leaves it at its default.
  ///
  /// - Throws: `InputError` when the key leads through a single value, or to an entry that a list does not have.
  func applying(_ override: Override) throws -> YAMLNode {
    try setting(override.key, to: override.node, at: override.place)
  }

  /// The document with another value at a key; see `applying`.
  ///
  /// - Parameter place: Where the value was written.
  func setting(_ key: DottedKey, to value: YAMLNode, at place: SourcePlace) throws -> YAMLNode {
    try setting(key.parts[...], done: [], to: value, at: place)
  }

  /// The document without a key.
  func removing(_ key: DottedKey) throws -> YAMLNode {
    try setting(key, to: YAMLNode(.null, at: place), at: place)
  }

  private func setting(
    _ parts: ArraySlice<String>, done: [String], to value: YAMLNode, at place: SourcePlace
  ) throws -> YAMLNode {
    guard let part = parts.first else { return value }
    let path = done + [part]
    var changed = self
    func inner(_ node: YAMLNode) throws -> YAMLNode {
      try node.setting(parts.dropFirst(), done: path, to: value, at: place)
    }
    switch content {
    case .list(var nodes):
      guard let index = Int(part), nodes.indices.contains(index) else {
        throw missingEntry(path, count: nodes.count, at: place)
      }
      nodes[index] = try inner(nodes[index])
      changed.content = .list(nodes)
    case .mapping(var entries):
      let index = entries.firstIndex { $0.key == part }
      if parts.count == 1, value.isNull {
        if let index { entries.remove(at: index) }
      } else if let index {
        entries[index].value = try inner(entries[index].value)
        if parts.count == 1 { entries[index].place = place }
      } else {
        if let next = parts.dropFirst().first, Int(next) != nil {
          throw missingEntry(path + [next], count: 0, at: place)
        }
        let empty = YAMLNode(content: .mapping([]), place: place, isOverride: true)
        entries.append(Entry(key: part, place: place, value: try inner(empty)))
      }
      changed.content = .mapping(entries)
    case .scalar:
      throw InputError(
        place, key: path.joined(separator: "."),
        "\(done.joined(separator: ".")) is a single value (\(found)) and has no keys")
    }
    return changed
  }

  private func missingEntry(_ path: [String], count: Int, at place: SourcePlace) -> InputError {
    let list = path.dropLast().joined(separator: ".")
    let range = count == 0 ? "has no entries" : "has the entries 0 to \(count - 1)"
    return InputError(
      place, key: path.joined(separator: "."), "there is no such entry: \(list) \(range)")
  }
}
