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

      With --results and --checkpoints it measures the models that an experiment's trials have kept while they trained \
      (metrics.checkpoints), and writes their report.
      """)

  @OptionGroup var machine: ThreadOptions

  @Option(help: "What the generator was trained on.", completion: .file())
  var train: String?

  @Option(help: "Examples that were held out from training.", completion: .file())
  var holdout: String?

  @Option(help: "What the generator made.", completion: .file())
  var generated: String?

  @Option(
    help: "A results folder, in the place of --train and --generated.", completion: .directory)
  var results: String?

  @Flag(help: "Measure the models that the trials of --results have kept.")
  var checkpoints = false

  @OptionGroup var reading: ReadingOptions
  @OptionGroup var choice: MetricChoice

  @Option(help: "Use at most this many random examples of each set; 50000 by default.")
  var sample: Int?

  @Option(
    help: .init(
      "Search at most this many generated examples for shifted copies; \(Experiment.Metrics.standardSearched) by default."
    ))
  var searched: Int?

  @Option(help: "Chooses samples, clusters and planted copies; 0 by default.")
  var seed: UInt64?

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
    try requirePositive(searched, "--searched")
    try requireSources()
    try requireName(holdout, "--holdout", "a file or folder")
    try requireName(out, "--out", "a folder")
  }

  /// Makes sure that either two sets or a results folder is named.
  private func requireSources() throws {
    try requireName(train, "--train", "a file or folder")
    try requireName(generated, "--generated", "a file or folder")
    try requireName(results, "--results", "a results folder")
    guard results != nil || checkpoints else {
      if train == nil { throw ValidationError("--train: expected a file or folder, found none") }
      if generated == nil {
        throw ValidationError("--generated: expected a file or folder, found none")
      }
      return
    }
    guard results != nil else {
      throw ValidationError("--checkpoints: expected --results FOLDER beside it, found none")
    }
    guard checkpoints else {
      throw ValidationError(
        "--results: expected --checkpoints beside it, found none (lethe measure measures trained models again)"
      )
    }
    if let given = optionsOfSets.first {
      throw ValidationError(
        "\(given): expected none beside --results, whose experiment says what is measured")
    }
  }

  /// The options that are for sets of examples and their measurements, as far as they are given.
  private var optionsOfSets: [String] {
    let options = [
      ("--train", train != nil), ("--holdout", holdout != nil), ("--generated", generated != nil),
      ("--only", choice.only != nil), ("--sample", sample != nil),
      ("--searched", searched != nil), ("--seed", seed != nil), ("--out", out != nil),
      ("--json", json), ("--timing", timing),
    ]
    return options.filter(\.1).map(\.0) + reading.given
  }

  func run() throws {
    try machine.checkMemory()
    if let results {
      return try MeasureCheckpoints(
        results: ResultsFolder(URL(fileURLWithPath: results, isDirectory: true)),
        threads: machine.threads)()
    }
    guard let sources else { return }
    let sets = try load(sources, atMost: sample ?? Self.usualLimit, seed: seed ?? 0)
    let started = ContinuousClock.now
    let results = try MetricResults(
      training: sets.training, holdout: sets.holdout, generated: sets.generated,
      metrics: choice.metrics(), seed: seed ?? 0, searched: mostSearched, threads: machine.threads,
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

  private var mostSearched: Int { searched ?? Experiment.Metrics.standardSearched }

  /// Shows the metric that is being measured.
  private func show(_ progress: MetricProgress) {
    guard let next = progress.next else { return Console.endProgress() }
    let left = progress.secondsLeft.map { ", ETA \(durationText($0))" } ?? ""
    Console.progress("metrics \(progress.done)/\(progress.total): \(next)\(left)")
  }

  private func writePairs(_ sets: MetricSets, to folder: URL) throws {
    let pairs = try sets.pairs(searched: mostSearched, threads: Threads(machine.threads))
    try AtomicFile.writeFolder(folder) { folder in
      try pairs.write(sampleRateHz: sets.sampleRateHz) {
        folder.appendingPathComponent("nearest.\($0)")
      }
    }
  }

  /// The sets that are named; nil with a results folder.
  private var sources: MetricSources? {
    guard let train, let generated else { return nil }
    return reading.sources(training: train, holdout: holdout, generated: generated)
  }

  private func timingTable(_ results: MetricResults) -> String {
    table(
      ["metric", "time with controls"],
      results.entries.map { [$0.key, "\($0.seconds.formatted(3)) s"] })
  }
}
