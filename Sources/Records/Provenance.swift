/// The origin of computed numbers: the program, its libraries and the machine, any of which may change them.
public struct Provenance: Codable, Sendable, Equatable {
  /// The properties of a machine that numbers may depend on.
  public struct Machine: Codable, Sendable, Equatable {
    /// Name of the processor, as the processor reports it.
    public var processor: String
    /// The instruction sets in use, such as `avx2`; several where parts of the program differ.
    public var isa: String
    /// Number of threads that a step runs on.
    public var threads: Int
    /// The operating system with its version.
    public var system: String

    /// Describes a machine; see the properties.
    public init(processor: String, isa: String, threads: Int, system: String) {
      (self.processor, self.isa) = (processor, isa)
      (self.threads, self.system) = (threads, system)
    }
  }

  /// Versions by name: `lethe`, `commit` when it was built from a checkout, and the libraries.
  public var versions: [String: String]
  /// Nil in files of versions that did not record it.
  public var machine: Machine?

  /// Pairs the versions with the machine.
  public init(versions: [String: String], machine: Machine?) {
    (self.versions, self.machine) = (versions, machine)
  }

  /// Every fact by name, in the order in which readers are shown them.
  public var facts: [(name: String, value: String)] {
    let own = ["lethe", "commit"]
    let libraries = versions.keys.filter { !own.contains($0) }.sorted()
    let machine = machine.map {
      [
        ("processor", $0.processor), ("isa", $0.isa), ("threads", "\($0.threads)"),
        ("system", $0.system),
      ]
    }
    return own.compactMap { name in versions[name].map { (name, $0) } } + (machine ?? [])
      + libraries.compactMap { name in versions[name].map { (name, $0) } }
  }

  /// The facts in which provenances differ, each with its values in the order of their first appearance:
  /// `threads: 1, 2`.
  public static func differences(among all: [Provenance]) -> [String] {
    let tables = all.map { Dictionary($0.facts.map { ($0.name, $0.value) }) { a, _ in a } }
    var names: [String] = []
    for (name, _) in all.flatMap(\.facts) where !names.contains(name) { names.append(name) }
    return names.compactMap { name in
      var values: [String] = []
      for table in tables {
        let value = table[name] ?? "unknown"
        if !values.contains(value) { values.append(value) }
      }
      return values.count > 1 ? "\(name): \(values.joined(separator: ", "))" : nil
    }
  }
}

/// The names of data sets whose hashes differ, in alphabetical order.
public func changedSets(from old: [String: String], to new: [String: String]) -> [String] {
  Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
}
