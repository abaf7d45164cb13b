internal import Experiments
internal import Complaints
internal import Files
internal import ArgumentParser
internal import Datasets
internal import Foundation
internal import Metrics
internal import Records
internal import Evaluation
internal import Training
internal import Trials

/// `lethe metrics`: measures diversity and memorisation of any generator's output.
struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Measure diversity and memorisation of any generator's output.",
    discussion: """
      Each set is a folder of PNG and JPEG files or of sounds, any file that an experiment can load, or a .npy \
      array of feature vectors. Every value is printed beside its controls: what held-out examples \
      score (null), what copies of the training set score (copies), and what the generated set scores \
      when 5% of it is replaced by noisy copies (planted).
      """)

  @OptionGroup var machine: ThreadOptions

  @Option(help: "What the generator was trained on.", completion: .file())
  var train: String

  @Option(help: "Examples that were held out from training.", completion: .file())
  var holdout: String?

  @Option(help: "What the generator made.", completion: .file())
  var generated: String

  @OptionGroup var reading: ReadingOptions
  @OptionGroup var choice: MetricChoice

  @Option(help: "Use at most this many random examples of each set; 50000 by default.")
  var sample: Int?

  @Option(help: "Search at most this many generated examples for shifted copies.")
  var searched = Experiment.Metrics.standardSearched

  @Option(help: "Chooses samples, clusters and planted copies.")
  var seed: UInt64 = 0

  @Option(
    help: """
      A folder for the generated examples beside their nearest training examples: nearest.csv, and \
      nearest.png or nearest.wav.
      """, completion: .directory)
  var out: String?

  @Flag(help: "Print the values as JSON.")
  var json = false

  @Flag(help: "Print the time that each metric took.")
  var timing = false

  /// Default of `--sample`: the largest number of examples of each set that are compared.
  private static let usualLimit = 50_000

  mutating func validate() throws {
    try requirePositive(sample, "--sample")
    guard searched > 0 else {
      throw ValidationError("--searched: expected a positive number, found \(searched)")
    }
    try requireName(train, "--train", "a file or folder")
    try requireName(holdout, "--holdout", "a file or folder")
    try requireName(generated, "--generated", "a file or folder")
    try requireName(out, "--out", "a folder")
  }

  func run() throws {
    try machine.checkMemory()
    let sets = try load(sources, atMost: sample ?? Self.usualLimit, seed: seed)
    let started = ContinuousClock.now
    let results = try MetricResults(
      training: sets.training, holdout: sets.holdout, generated: sets.generated,
      metrics: choice.metrics(), seed: seed, searched: searched, threads: machine.threads,
      progress: show)
    if timing {
      Console.log(timingTable(results))
      Console.log(
        "all: \(((ContinuousClock.now - started) / .seconds(1)).formatted(3)) s, peak memory "
          + "\(ProcessMemory.peakMegabytes().formatted(0)) MB")
    }
    if let out { try writePairs(sets, to: URL(fileURLWithPath: out, isDirectory: true)) }
    if json {
      return try printJSON(MetricsDocument(results, features: sets.features))
    }
    print(MetricTable(results, features: sets.features).text)
  }

  /// Shows the metric that is being measured.
  private func show(_ progress: MetricProgress) {
    guard let next = progress.next else { return Console.endProgress() }
    let left = progress.secondsLeft.map { ", ETA \(durationText($0))" } ?? ""
    Console.progress("metrics \(progress.done)/\(progress.total): \(next)\(left)")
  }

  private func writePairs(_ sets: MetricSets, to folder: URL) throws {
    let pairs = try sets.pairs(searched: searched, threads: Threads(machine.threads))
    try AtomicFile.writeFolder(folder) { folder in
      try pairs.write(sampleRateHz: sets.sampleRateHz) {
        folder.appendingPathComponent("nearest.\($0)")
      }
    }
  }

  private var sources: MetricSources {
    reading.sources(training: train, holdout: holdout, generated: generated)
  }

  private func timingTable(_ results: MetricResults) -> String {
    table(
      ["metric", "time with controls"],
      results.entries.map { [$0.key, "\($0.seconds.formatted(3)) s"] })
  }
}
