extension Experiment {
  /// `slurm`: requests to the scheduler. Nil leaves the choice to the cluster.
  public struct Slurm: Sendable, Equatable {
    /// `partition`.
    public var partition: String?
    /// `account`.
    public var account: String?
    /// `time`.
    public var time: String?
    /// `memory`.
    public var memory: String?
    /// `cpus`.
    public var cpus = 1
    /// `gpus`.
    public var gpus = 0
    /// `running`.
    public var running = 0
    /// `warning`.
    public var warning = 60
    /// `options`.
    public var options: [String] = []
    /// `setup`.
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
      partition = try keys.optional("partition", .word(.partition), says: "partition of the jobs")
      account = try keys.optional(
        "account", .word(.account), says: "account that the jobs are charged to")
      time = try keys.optional("time", .word(.time), says: "time limit of one task")
      memory = try keys.optional("memory", .word(.memory), says: "memory of one task")
      cpus = try keys.value(
        "cpus", .integer(Train.threadCounts), default: 1,
        says: "cores of one task, and threads of its trial")
      gpus = try keys.addition(
        "gpus", .integer(1...64), default: 0, says: "GPUs of one task; 0 for none")
      running = try keys.value(
        "running", .integer(Self.runningCounts), default: 0,
        says: "largest number of tasks that run at a time; 0 for any")
      warning = try keys.value(
        "warning", .integer(1...65_535), default: 60,
        says: "seconds before the time limit at which a trial writes a checkpoint and queues again")
      let option = ValueKind<String>.line("an option such as --qos=long", startingWith: "-")
      options = try keys.value(
        "options", .list(of: option, allowsNone: true), default: [],
        says: "further options of `sbatch`")
      setup = try keys.value(
        "setup", .list(of: .line("a line of shell"), allowsNone: true, allowsRepeats: true),
        default: [], says: "lines of shell before the trials, such as `module load …`")
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
