extension Experiment {
  /// `slurm`: what the scheduler is asked for. What is nil is left to the cluster.
  public struct Slurm: Sendable, Equatable {
    /// `partition`.
    public var partition: String?
    /// `account`.
    public var account: String?
    /// `time`: the limit of one task, as sbatch reads it.
    public var time: String?
    /// `memory`: of one task, such as 2G.
    public var memory: String?
    /// `cpus`: of one task, and threads of its trial; 1 by default.
    public var cpus = 1
    /// `running`: tasks that may run at a time; 0, the default, for all.
    public var running = 0
    /// `warning`: seconds before the time limit at which a trial writes a checkpoint and queues again; 60 by
    /// default.
    public var warning = 60
    /// `options`: further options of sbatch, such as `--qos=long`.
    public var options: [String] = []
    /// `setup`: lines of shell before the trials, such as `module load …`.
    public var setup: [String] = []

    /// What holds without the section.
    public init() {}

    init(_ keys: SectionReader) throws {
      partition = try keys.optional("partition", .line("the name of a partition"))
      account = try keys.optional("account", .line("the name of an account"))
      time = try keys.optional("time", .line("a time limit such as \"02:00:00\""))
      memory = try keys.optional("memory", .line("an amount of memory such as 2G"))
      cpus = try keys.value("cpus", .integer(1...256), default: 1)
      running = try keys.value("running", .integer(0...100_000), default: 0)
      warning = try keys.value("warning", .integer(1...65_535), default: 60)
      let option = ValueKind<String>.line("an option such as --qos=long", startingWith: "-")
      options = try keys.value("options", .list(of: option, allowsNone: true), default: [])
      setup = try keys.value(
        "setup", .list(of: .line("a line of shell"), allowsNone: true, allowsRepeats: true),
        default: [])
    }
  }
}

extension ValueKind<String> {
  /// A text that cannot start another line of a script.
  fileprivate static func line(_ description: String, startingWith prefix: String = "") -> Self {
    var kind = text(description)
    kind.parse = { node in
      node.text.flatMap { text in
        let isLine = !text.isEmpty && !text.contains(where: \.isNewline)
        return isLine && text.hasPrefix(prefix) ? text : nil
      }
    }
    return kind
  }
}
