internal import ArgumentParser
internal import Complaints
internal import Experiments

/// `lethe reference`: what each key of the experiment file says, and everything else that has a name.
struct ShowReference: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference",
    abstract: "Say what keys of the experiment file mean, with their defaults and ranges.",
    discussion: """
      KEY is a dotted key such as train.steps, or the section around it. With --markdown, everything there is: keys, \
      kinds of dropout, sites, metrics and commands.
      """)

  @Argument(help: "A key or a section; all keys by default.")
  var key: String?

  @Flag(help: "Print the whole reference as Markdown.")
  var markdown = false

  mutating func validate() throws {
    if markdown, key != nil {
      throw ValidationError("--markdown is for the whole reference, without KEY")
    }
  }

  func run() throws {
    let keys = try Experiment.reference()
    if markdown { return print(try ReferenceDocument(keys: keys).text, terminator: "") }
    guard let key else {
      let rows = keys.map { [$0.key, $0.meaning] }
      return print(table(["key", "meaning"], rows), terminator: "")
    }
    let found = keys.filter { $0.isNamed(by: key) }
    guard !found.isEmpty else {
      throw InputError(
        SourcePlace(file: "KEY"), expected: "a key of the experiment file", found: key,
        suggestion: nearestName(to: key, among: keys.map(\.key)))
    }
    print(found.map(\.entry).joined(separator: "\n"), terminator: "")
  }
}

extension KeyDescription {
  /// True for the key that a user names and for those in it: `dropout.0.rate`, `dropout.rate` and `dropout` name
  /// `dropout[].rate`.
  fileprivate func isNamed(by text: String) -> Bool {
    let names = text.replacing("[]", with: "").split(separator: ".").filter { Int($0) == nil }
    let hasAnyName = parts.last?.hasPrefix("<") ?? false
    guard !names.isEmpty, names.count <= parts.count || hasAnyName else { return false }
    return zip(names, parts).allSatisfy { name, part in
      part.hasPrefix("<") || part.replacing("[]", with: "") == name
    }
  }

  /// The key with all that is known of it, for a terminal.
  fileprivate var entry: String {
    let facts = [("expected", expected), ("default", standard), ("only", only)]
    let lines = facts.filter { !$0.1.isEmpty }.map { name, fact in
      "  " + (name + ":").padded(to: 10) + fact + "\n"
    }
    return "\(key)\n  \(meaning)\n" + lines.joined()
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
