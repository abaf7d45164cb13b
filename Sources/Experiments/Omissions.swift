/// Keys of a file that settings given elsewhere leave without effect.
final class Omissions {
  /// The omitted keys and the reasons, one sentence for each key.
  private(set) var notes: [String] = []
  private var keys: [DottedKey] = []

  func add(_ key: DottedKey, _ note: String) {
    keys.append(key)
    notes.append(note)
  }

  /// The document without these keys.
  func removed(from tree: YAMLNode) throws -> YAMLNode {
    try keys.reduce(tree) { try $0.removing($1) }
  }
}
