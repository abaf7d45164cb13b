extension Experiment {
  /// `slurm`: requests to the scheduler. Nil leaves the choice to the cluster.
  public struct Slurm: Sendable, Equatable {
    /// `partition`: one name, or several with commas between them.
    public var partition: String?
    /// `account`: the account that the jobs are charged to.
    public var account: String?
    /// `time`: the limit of one task, as sbatch reads it.
    public var time: String?
    /// `memory`: of one task, such as 2G.
    public var memory: String?
    /// `cpus`: of one task, and threads of its trial; 1 by default.
    public var cpus = 1
    /// `gpus`: of one task; 0, the default, for none.
    public var gpus = 0
    /// `running`: tasks that may run at a time; 0, the default, for all.
    public var running = 0
    /// `warning`: seconds before the time limit at which a trial writes a checkpoint and queues again; 60 by
    /// default.
    public var warning = 60
    /// `options`: further options of sbatch, such as `--qos=long`.
    public var options: [String] = []
    /// `setup`: lines of shell before the trials, such as `module load …`.
    public var setup: [String] = []

    /// A key whose value is passed to sbatch as one word.
    public enum Word: String, CaseIterable, Sendable {
      case partition, account, time, memory

      /// A description of the valid values, for errors.
      public var expected: String {
        switch self {
        case .partition: "the name of a partition, or several with commas between them"
        case .account: "the name of an account"
        case .time:
          "a time limit such as \"02:00:00\", 90 (minutes), 2-12 (days and hours) or UNLIMITED"
        case .memory: "an amount of memory such as 2G"
        }
      }

      /// True if a text is a valid value. No valid value can be taken by sbatch or a shell for more than one word.
      public func accepts(_ text: String) -> Bool {
        switch self {
        case .partition:
          text.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9_.+\-]*(,[A-Za-z0-9_][A-Za-z0-9_.+\-]*)*/)
            != nil
        case .account: text.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9_.@+\-]*/) != nil
        case .time:
          text.wholeMatch(of: /[0-9]+(:[0-9]+){0,2}|[0-9]+-[0-9]+(:[0-9]+){0,2}|UNLIMITED|INFINITE/)
            != nil
        case .memory: text.wholeMatch(of: /[0-9]+[KMGTkmgt]?B?/) != nil
        }
      }
    }

    /// Numbers of tasks that may run at once; 0 for any.
    public static let runningCounts = 0...100_000

    /// The settings of an experiment without the section.
    public init() {}

    init(_ keys: SectionReader) throws {
      partition = try keys.optional("partition", .word(.partition))
      account = try keys.optional("account", .word(.account))
      time = try keys.optional("time", .word(.time))
      memory = try keys.optional("memory", .word(.memory))
      cpus = try keys.value("cpus", .integer(Train.threadCounts), default: 1)
      gpus = try keys.addition("gpus", .integer(1...64)) ?? 0
      running = try keys.value("running", .integer(Self.runningCounts), default: 0)
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
  fileprivate static func word(_ word: Experiment.Slurm.Word) -> Self {
    var kind = text(word.expected)
    kind.parse = { node in node.text.flatMap { word.accepts($0) ? $0 : nil } }
    return kind
  }

  /// A text of one line, so that it cannot start another line of a script.
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
