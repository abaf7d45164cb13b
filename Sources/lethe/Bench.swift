internal import Experiments
internal import ArgumentParser
internal import BuildCommit
internal import CPU
internal import Foundation
internal import Records
internal import Datasets
internal import Evaluation
internal import Training
internal import Trials

/// `lethe bench`: times training steps and reports the memory that they need.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Time an experiment's training steps.")

  @OptionGroup var options: ExperimentOptions
  @OptionGroup var machine: ThreadOptions
  @OptionGroup var computer: ComputerOption

  /// What `--forms` asks for.
  enum Forms {
    /// A step with convolutions in that form.
    case step(ConvolutionChoice)
    /// A table of all forms.
    case table
  }

  @Option(
    defaultAsFlag: Forms.table,
    help: .init(
      """
      How the processor computes convolutions: direct, winograd, fastest or measured, as for `lethe train`; without a name, the \
      time of each convolution in each form, in the place of a step's.
      """, valueName: "name"),
    transform: { .step(try choice(named: $0)) })
  var forms: Forms?

  @Option(help: "Seconds to measure for.")
  var seconds: Double = 4

  @Option(help: "Measure this many steps instead, and how much memory grows over them.")
  var steps: Int?

  @Flag(help: "Print the figures as JSON.")
  var json = false

  @Flag(help: "Print the compiled step with the time of each instruction.")
  var profile = false

  /// Steps before the clock counts, the first step included.
  private static let warmUpSteps = 5
  /// The most readings of memory at the first and at the last steps. The greatest ones are compared, since libraries give
  /// memory back and take it again.
  private static let mostReadings = 100
  /// Steps of the profile, from which the share of contractions is taken.
  private static let profiledSteps = 20

  /// The back end that computes steps.
  private func backend(_ experiment: Experiment, _ data: Dataset) throws -> BackendChoice {
    guard case .step(let choice)? = forms else { return computer.backend(nil) }
    try experiment.checkForms(choice)
    guard choice == .measured else { return computer.backend(choice) }
    var table = FormsTable(.measured, threads: machine.threads, commit: builtCommit)
    try table.add(experiment, data)
    return .processor(.fastest, forms: table.forms)
  }

  mutating func validate() throws {
    if forms != nil { try computer.requireForms() }
    if case .table? = forms, steps != nil || profile {
      throw ValidationError(
        "--forms: expected a name beside --steps or --profile, or neither of them")
    }
    guard (0...86_400).contains(seconds) else {
      throw ValidationError("--seconds: expected 0 to 86400, found \(seconds)")
    }
    if let steps, !(5...10_000_000).contains(steps) {
      throw ValidationError("--steps: expected 5 to 10000000, found \(steps)")
    }
  }

  func run() throws {
    try machine.checkMemory()
    let experiment = try options.load()
    let data = try loadData(experiment)
    if case .table? = forms { return try printForms(experiment, data) }
    let backend = try backend(experiment, data)
    let session = try TrainingSession(experiment, data, threads: machine.threads, on: backend)
    try session.advance()
    let firstStep = ProcessClock.secondsSinceStart()
    for _ in 1..<Self.warmUpSteps { try session.advance() }
    let (times, growth) = try measure(session)
    session.startProfile()
    for _ in 0..<Self.profiledSteps { try session.advance() }
    let median = times[times.count / 2]
    var figures = StepFigures(
      medianMilliseconds: median * 1e3, leastMilliseconds: times[0] * 1e3,
      firstStepSeconds: firstStep, peakMemoryMegabytes: ProcessMemory.peakMegabytes())
    let samplesPerSecond = Double(experiment.train.batch) / median
    (figures.experiment, figures.threads) = (experiment.name, session.stepThreads)
    (figures.steps, figures.samplesPerSecond) = (times.count, samplesPerSecond)
    (figures.flopsPerStep, figures.residentGrowthMegabytes) = (session.flops, growth)
    figures.contractionShare = backend == .reference ? nil : session.contractionShare
    figures.madeBy = .current(
      threads: session.stepThreads, on: backend, commit: builtCommit)
    if profile { Console.log(session.plan) }
    if json { return try printJSON(figures) }
    print(
      "\(experiment.name): median \(figures.medianMilliseconds.formatted(3)) ms, min "
        + "\(figures.leastMilliseconds.formatted(3)) ms over \(times.count) steps on "
        + "\(session.stepThreads) thread\(session.stepThreads == 1 ? "" : "s"), \(samplesPerSecond.formatted(0)) samples/s, first step after "
        + "\(firstStep.formatted(2)) s, peak \(figures.peakMemoryMegabytes.formatted(0)) MB, "
        + "\((session.flops / 1e9).formatted(2)) GFLOP a step"
        + (figures.contractionShare.map { ", \(($0 * 100).formatted(0))% in contractions" } ?? "")
        + (growth.map { ", memory grew by \($0.formatted(1)) MB" } ?? ""))
  }

  /// Prints the times of convolutions in their forms.
  private func printForms(_ experiment: Experiment, _ data: Dataset) throws {
    let backend = computer.backend(.winograd)
    let session = try TrainingSession(experiment, data, threads: machine.threads, on: backend)
    let times = try session.convolutionTimes(seconds: seconds)
    let figures = FormFigures(
      experiment: experiment.name, threads: session.stepThreads, convolutions: times,
      madeBy: .current(threads: session.stepThreads, on: computer.backend(nil), commit: builtCommit)
    )
    if json { return try printJSON(figures) }
    print(figures.text, terminator: "")
  }

  /// Times single steps.
  ///
  /// - Returns: Seconds of each step in ascending order and, with `--steps`, the MB by which the process grew.
  private func measure(_ session: TrainingSession) throws -> ([Double], growth: Double?) {
    let clock = ContinuousClock()
    // The memory for the times is touched before the first reading, so that it does not count as growth.
    var times = [Double](repeating: 0, count: steps ?? 0)
    times.removeAll(keepingCapacity: true)
    var resident = (before: 0.0, after: 0.0)
    let start = clock.now
    func isEnough() -> Bool {
      guard let steps else { return times.count >= 5 && clock.now - start >= .seconds(seconds) }
      return times.count == steps
    }
    while !isEnough() {
      times.append(try clock.measure { try session.advance() } / .seconds(1))
      guard let steps else { continue }
      let window = min(max(1, steps / 10), Self.mostReadings)
      if times.count <= window {
        resident.before = max(resident.before, ProcessClock.residentMegabytes())
      }
      if times.count > steps - window {
        resident.after = max(resident.after, ProcessClock.residentMegabytes())
      }
    }
    return (times.sorted(), growth: steps.map { _ in resident.after - resident.before })
  }
}

/// Age and memory of this process, as the operating system reports them.
enum ProcessClock {
  /// Seconds since the process was started, to the precision of the kernel's clock tick.
  static func secondsSinceStart() -> Double {
    guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let afterName = stat.lastIndex(of: ")")
    else { return ProcessInfo.processInfo.systemUptime }
    let fields = stat[afterName...].split(separator: " ")
    let startTicks = fields.count > 20 ? Double(fields[20]) ?? 0 : 0
    var now = timespec()
    clock_gettime(CLOCK_BOOTTIME, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9 - startTicks
      / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Resident memory of the process without pages of files, in MB of 10⁶ bytes. Pages of the program itself
  /// come in as its parts are first used, and a leak would not grow them.
  static func residentMegabytes() -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
    return (kibibytes.flatMap { Double($0) } ?? 0) * 1024 / 1e6
  }
}
