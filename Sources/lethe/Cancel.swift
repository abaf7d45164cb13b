internal import Files
internal import ArgumentParser
internal import Foundation
internal import Records
internal import Sweeps

/// `lethe cancel`: stops the run of a results folder, whose trials then write checkpoints.
struct Cancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop the run of a results folder; its trials write checkpoints.")

  @Argument(help: "The results folder.", completion: .directory)
  var results: String

  func run() async throws {
    let run = try SweepRun(reading: ResultsFolder(URL(fileURLWithPath: results, isDirectory: true)))
    if let holder = FolderLock.holder(of: run.results.url) {
      kill(holder, SIGINT)
      return print("process \(holder) was told to stop")
    }
    let trainers = run.plan.trials.compactMap { FolderLock.holder(of: run.folder($0).url) }
    if !trainers.isEmpty {
      for trainer in trainers { kill(trainer, SIGINT) }
      let names = trainers.map(String.init).joined(separator: ", ")
      return print("process \(names) was told to stop")
    }
    for submission in try run.results.submissions() where try await !submission.tasks().isEmpty {
      try await submission.cancel(in: run.results)
      return print("\(submission.name) was told to stop")
    }
    print("nothing runs for \(run.results.url.path)")
  }
}
