internal import Files
internal import Foundation
internal import Records
internal import Sweeps
internal import Synchronization

/// The display of running trials: on a terminal a bar and a line for each of them, else a line whenever a
/// trial has finished or failed.
final class RunDisplay: Sendable {
  private struct Pace {
    /// Time and step at which the trial was first seen.
    let start: (time: ContinuousClock.Instant, step: Int)
    var step: Int
  }

  private struct State {
    var done = 0
    var failed = 0
    var paces: [String: Pace] = [:]
    var drawn: ContinuousClock.Instant?
    let begun = ContinuousClock.now
    /// Seconds that finished trials took: in all, and for measuring alone.
    var seconds = (all: 0.0, measuring: 0.0)

    /// Share of a trial's time that is training. It is a guess until the first trial has finished.
    var trainingShare: Double {
      seconds.all > 0 ? 1 - seconds.measuring / seconds.all : 0.75
    }
  }

  private static let interval = Duration.milliseconds(200)
  private static let barWidth = 24

  private let run: SweepRun
  private let total: Int
  /// Steps of a trial, by the name of its arm.
  private let steps: [String: Int]
  private let state = Mutex(State())

  /// Shows some trials of a run.
  ///
  /// - Parameter total: Number of those trials.
  init(_ run: SweepRun, total: Int) {
    (self.run, self.total) = (run, total)
    steps = run.plan.goals.mapValues(\.steps)
  }

  /// True once a trial has failed.
  var hasFailed: Bool { state.withLock { $0.failed > 0 } }

  func show(_ event: SweepEvent) {
    switch event {
    case .started: break
    case .tick(let running): draw(running)
    case .ended(let trial, let status): end(trial, status)
    case .submitted(let text): Console.log(text)
    }
  }

  /// Removes the live lines.
  func finish() { Console.stay([]) }

  private func end(_ trial: SweepRecord.Trial, _ status: TrialStatus?) {
    let name = "\(trial.arm) seed \(trial.seed)"
    switch status?.state {
    case .finished:
      let line = state.withLock { state in
        state.done += 1
        state.paces[trial.folder] = nil
        state.seconds.all += status?.seconds ?? 0
        state.seconds.measuring += status?.measuringSeconds ?? 0
        return "finished \(name) in \(durationText(status?.seconds ?? 0))  "
          + overview(state, running: [])
      }
      if !Console.isTerminal { Console.log(line) }
    case .failed:
      state.withLock { state in
        (state.done, state.failed) = (state.done + 1, state.failed + 1)
        state.paces[trial.folder] = nil
      }
      Console.log("failed: \(name): \(status?.reason ?? "for no known reason")")
      for line in LastLines.of(run.folder(trial).output, count: 3) { Console.log("  | \(line)") }
    case .interrupted, .running, nil:
      state.withLock { $0.paces[trial.folder] = nil }
    }
  }

  private func draw(_ running: [SweepRecord.Trial]) {
    guard Console.isTerminal else { return }
    let lines: [String]? = state.withLock { state in
      let now = ContinuousClock.now
      guard state.drawn.map({ now - $0 >= Self.interval }) ?? true else { return nil }
      state.drawn = now
      let rows = running.map { row($0, &state, now) }
      let share = Double(state.done) / Double(max(1, total))
      let filled = Int(share * Double(Self.barWidth))
      let bar =
        String(repeating: "█", count: filled)
        + String(repeating: "░", count: Self.barWidth - filled)
      return [bar + "  " + overview(state, running: running)] + rows
    }
    if let lines { Console.stay(lines) }
  }

  /// Summarises all trials, as in `3/40 trials, 1 failed, ETA 5 min 0 s`.
  private func overview(_ state: State, running: [SweepRecord.Trial]) -> String {
    var parts = ["\(state.done)/\(total) trials"]
    if state.failed > 0 { parts.append("\(state.failed) failed") }
    let begun = running.reduce(0.0) { sum, trial in
      let pace = state.paces[trial.folder]
      let done = pace.map { Double($0.step - $0.start.step) } ?? 0
      let trained = done / Double(max(1, steps[trial.arm] ?? 1))
      let measuring = MeasuringProgress(of: run.folder(trial))
      let measured = measuring.map { Double($0.done) / Double(max(1, $0.total)) } ?? 0
      return sum + state.trainingShare * trained + (1 - state.trainingShare) * measured
    }
    let share = (Double(state.done) + begun) / Double(max(1, total))
    if share > 0, share < 1 {
      let elapsed = (ContinuousClock.now - state.begun) / .seconds(1)
      parts.append("ETA \(durationText(elapsed * (1 - share) / share))")
    }
    return parts.joined(separator: ", ")
  }

  /// Describes a running trial: its step, losses and speed.
  private func row(
    _ trial: SweepRecord.Trial, _ state: inout State, _ now: ContinuousClock.Instant
  ) -> String {
    let name = "  \(trial.arm) s\(trial.seed)"
    guard let progress = TrialProgress(run.folder(trial)) else { return name + "  starting" }
    var pace = state.paces[trial.folder] ?? Pace(start: (now, progress.step), step: progress.step)
    pace.step = progress.step
    state.paces[trial.folder] = pace
    // The steps of another program's training may not be known.
    let all = steps[trial.arm].flatMap { $0 > 1 ? $0 : nil }
    var parts = ["\(name)  step \(progress.step)" + (all.map { "/\($0)" } ?? "")]
    let measuring = MeasuringProgress(of: run.folder(trial))
    if measuring != nil || all.map({ progress.step >= $0 }) ?? false {
      let course = measuring.map { " \($0.next ?? "") \($0.done)/\($0.total)" } ?? ""
      return parts[0] + "  measuring" + course
    }
    parts += progress.losses.map { "\($0.name) \($0.value.formatted(3))" }
    let seconds = (now - pace.start.time) / .seconds(1)
    if pace.step > pace.start.step, seconds > 0 {
      parts.append("\((Double(pace.step - pace.start.step) / seconds).formatted(1)) steps/s")
    }
    return parts.joined(separator: "  ")
  }
}
