import Foundation
import Testing

/// Limits of the process. Where one is too low the error says so, and nothing hangs or stays running.
@Suite struct LimitTests {
  let workspace = try! Workspace()
  private static let runs = [
    "run tiny.yaml --jobs 2", "run tiny.yaml --executor in-process", "train tiny.yaml",
    "check tiny.yaml",
  ]

  @Test(arguments: [5, 8, 12, 16, 17, 18, 20, 24, 28, 32, 36, 40, 48, 64])
  func openFiles(_ limit: Int) throws {
    for command in Self.runs {
      let outcome = try workspace.shell(
        "ulimit -n \(limit) && timeout -s KILL 100 $LETHE \(command)")
      if outcome.status == 0 { continue }
      #expect(outcome.status == 1, "\(command): \(outcome.errors)")
      #expect(
        outcome.errors.wholeMatch(
          of:
            /error: \d+ files will be open at once, and this process may have \d+ \(see ulimit -n\)\n/
        )
          != nil, "\(command): \(outcome.errors)")
    }
    #expect(workspace.trialProcesses(in: "results").isEmpty)
  }

  /// 64 open files are enough, and the process raises a soft limit below that itself.
  @Test(arguments: ["ulimit -n 64", "ulimit -S -n 16"])
  func enoughOpenFiles(_ limit: String) throws {
    let outcome = try workspace.shell("\(limit) && $LETHE run tiny.yaml --jobs 2")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// Limits in KiB of address space. The lowest are too small to load the program, which then ends with status 127.
  @Test(arguments: [100_000, 250_000, 390_625, 500_000, 700_000])
  func addressSpace(_ limit: Int) throws {
    for command in Self.runs {
      let outcome = try workspace.shell(
        "ulimit -v \(limit) && timeout -s KILL 100 $LETHE \(command) --threads 8")
      #expect(outcome.status == 1 || outcome.status == 2 || outcome.status == 127)
      #expect(
        outcome.errors.wholeMatch(of: /error: .* maps \d+ MB beside its data, and .*ulimit -v\)\n/)
          != nil || outcome.status == 127, "\(command): \(outcome.errors)")
    }
  }

  /// The model's variables need 2 GB where only 1.5 GB more can be mapped.
  @Test func modelBeyondTheAddressSpace() throws {
    let outcome = try workspace.shell(
      "ulimit -v 2000000 && $LETHE train tiny.yaml --threads 1 --set model.hidden='[13000, 13000]'")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("model: expected variables that fit in memory, found "))
    #expect(outcome.errors.contains("this process may not map so much (see ulimit -v)"))
  }
}
