import Experiments
import Foundation
import Records
import Sweeps
import Synchronization
import Testing

/// Trials that fail in ways in which `lethe train` itself does not. Lines of shell play their part; `$1` is the
/// trial's folder.
@Suite struct LocalExecutorTests {
  private let results = ResultsFolder(
    FileManager.default.temporaryDirectory
      .appendingPathComponent("lethe-sweeps-\(UUID().uuidString)", isDirectory: true))

  /// A line of shell that writes the files of a finished trial.
  private static let finished =
    #"printf '{"state":"%s","step":%s,"steps":9,"started":"2026-01-01T00:00:00Z","updated":"2026-01-01T00:00:00Z","seconds":1,"versions":{}}' finished 9 > "$1/status.json"; echo '{"values":{}}' > "$1/metrics.json""#

  /// Runs three trials, of which that of arm `odd` runs the given line.
  private func run(
    _ odd: String, limits: LocalExecutor.Limits = .init(jobs: 2)
  ) async throws -> (odd: TrialStatus, starts: Int) {
    let arms = ["a", "odd", "b"]
    let trials = arms.map { SweepRecord.Trial(arm: $0, seed: 0, folder: "\($0)-s0-0123456789") }
    let plan = SweepRecord(
      name: "t", folder: "/",
      primary: [
        .init(question: "diversity", metric: "recall"),
        .init(question: "memorization", metric: "ct"),
      ],
      arms: arms.map { .init(name: $0, overrides: []) }, trials: trials)
    let run = SweepRun(plan, in: results)
    defer { try? FileManager.default.removeItem(at: results.url) }
    try run.prepare(given: [])
    let starts = Mutex(0)
    let executor = LocalExecutor(limits: limits) { [results] trial in
      let line = trial.arm == "odd" ? odd : Self.finished
      return ["/bin/sh", "-c", line, "sh", results.trial(trial.folder).url.path]
    }
    try await executor.run(trials, of: run, shouldStop: { false }) { event in
      if case .started(let trial) = event, trial.arm == "odd" { starts.withLock { $0 += 1 } }
    }
    #expect(run.state(trials[0]) == .finished)
    #expect(run.state(trials[2]) == .finished)
    let status = try #require(try TrialStatus.read(from: run.folder(trials[1]).status))
    return (status, starts.withLock { $0 })
  }

  @Test func oneThatEndsWithoutAStatus() async throws {
    let (status, starts) = try await run("echo started; exit 0")
    #expect(status.state == .failed && starts == 1)
    #expect(status.reason == "ended with status 0: started")
  }

  @Test func oneThatFailsBeforeItsFirstStatus() async throws {
    let (status, _) = try await run("echo 'error: no data' >&2; echo more; exit 2")
    #expect(status.reason == "ended with status 2: no data")
  }

  @Test func oneThatIsKilledAgainAndAgain() async throws {
    let (status, starts) = try await run("kill -9 $$")
    #expect(status.state == .failed && starts == 3)
    #expect(
      status.reason
        == "killed by signal 9 3 times without a step of progress; was the memory exhausted?")
  }

  @Test func oneThatIsKilledButGetsFurther() async throws {
    let line = """
      step=$(($(wc -l < "$1/log.jsonl" 2>/dev/null || echo 0) + 1))
      echo "{\\"step\\":$step}" >> "$1/log.jsonl"
      [ "$step" -lt 6 ] && kill -9 $$
      \(Self.finished)
      """
    let (status, starts) = try await run(line)
    #expect(status.state == .finished && starts == 6)
  }

  @Test func oneThatHangs() async throws {
    let (status, starts) = try await run(
      "sleep 600", limits: .init(jobs: 2, silence: .milliseconds(600)))
    #expect(status.state == .failed && starts == 1)
    #expect(status.reason?.hasPrefix("no sign of life for") == true)
  }

  @Test func oneThatCannotBeStarted() async throws {
    let (status, _) = try await run("exec /nowhere/lethe")
    #expect(status.reason?.hasPrefix("ended with status 127") == true)
  }

  @Test func memoryIsShared() async throws {
    let most = Mutex(0)
    let trials = (0..<6).map {
      SweepRecord.Trial(arm: "a\($0)", seed: 0, folder: "a\($0)-s0-0123456789")
    }
    let plan = SweepRecord(
      name: "t", folder: "/",
      primary: [
        .init(question: "diversity", metric: "recall"),
        .init(question: "memorization", metric: "ct"),
      ],
      arms: trials.map { .init(name: $0.arm, overrides: []) }, trials: trials)
    let run = SweepRun(plan, in: results)
    defer { try? FileManager.default.removeItem(at: results.url) }
    try run.prepare(given: [])
    let executor = LocalExecutor(
      limits: .init(jobs: 6, memoryBytes: 2.5e9), memoryBytes: { _ in 1e9 }
    ) { [results] trial in
      ["/bin/sh", "-c", "sleep 0.3; " + Self.finished, "sh", results.trial(trial.folder).url.path]
    }
    try await executor.run(trials, of: run, shouldStop: { false }) { event in
      if case .tick(let running) = event { most.withLock { $0 = max($0, running.count) } }
    }
    #expect(most.withLock { $0 } == 2)
    #expect(
      run.counts() == [.finished: 6, .failed: 0, .interrupted: 0, .running: 0, .waiting: 0])
  }
}
