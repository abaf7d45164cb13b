internal import ArgumentParser
internal import Certificate
internal import Complaints
internal import Evaluation
internal import Foundation
internal import Metrics

/// `lethe certify`: puts the metrics to the test, on mixtures of Gaussians or on a user's data.
struct Certify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say which metrics can be trusted, in general or on your data.",
    discussion: """
      Sets with known faults are made of mixtures of Gaussians or, with --train and --holdout, of your data \
      in a feature space: honest ones, outliers, lost and invented modes, planted copies, other sizes and units. \
      Each metric passes or fails each check by a criterion that is fixed beforehand.
      """)

  @OptionGroup var machine: ThreadOptions

  @Option(
    help: "What a generator is trained on; mixtures of Gaussians by default.", completion: .file())
  var train: String?

  @Option(help: "Examples that are held out from training.", completion: .file())
  var holdout: String?

  @OptionGroup var reading: ReadingOptions
  @OptionGroup var choice: MetricChoice

  @Option(
    help:
      "Use at most this many random examples of each set; \(Certify.usualLimit) by default.")
  var sample: Int?

  @Option(
    help: """
      Draws of each check. With 5, what counts as chance is known to within a third, with 20 to a sixth; a share \
      of 20 cases to within 22 points, of 100 to within 10.
      """)
  var draws = 5

  @Flag(
    help:
      "Of mixtures: words at 2,000 rows too, all else in 2 and 64 features too; several times as long."
  )
  var full = false

  @Option(help: "Chooses the random examples of --sample.")
  var seed: UInt64?

  @Flag(help: "Print the certificate as JSON.")
  var json = false

  /// Default of `--sample`.
  private static let usualLimit = 1000
  /// Spreads are of the draws, which two do not tell.
  private static let drawsAllowed = 3...10_000

  mutating func validate() throws {
    try requirePositive(sample, "--sample")
    guard Self.drawsAllowed.contains(draws) else {
      throw ValidationError(
        "--draws: expected \(Self.drawsAllowed.lowerBound) to \(Self.drawsAllowed.upperBound), found \(draws)"
      )
    }
    try requireName(train, "--train", "a file or folder")
    try requireName(holdout, "--holdout", "a file or folder")
    try requireData()
  }

  /// Refuses one set without the other, and options that would have no effect.
  private func requireData() throws {
    if train != nil, holdout == nil {
      throw ValidationError("--holdout: expected a file or folder beside --train, found none")
    }
    if train == nil, holdout != nil {
      throw ValidationError("--train: expected a file or folder beside --holdout, found none")
    }
    if train != nil {
      if full { throw ValidationError("--full: expected no --train, found \(train ?? "")") }
      return
    }
    let idle = reading.given + (sample == nil ? [] : ["--sample"]) + (seed == nil ? [] : ["--seed"])
    if let first = idle.first {
      throw ValidationError("\(first): expected --train and --holdout beside it, found neither")
    }
  }

  func run() throws {
    try machine.checkMemory()
    let plan = try plan()
    let metrics = try choice.metrics()
    let started = ContinuousClock.now
    let certificate = try Certificate(
      of: metrics, by: plan, draws: draws, threads: machine.threads
    ) { show($0, since: started) }
    Console.endProgress()
    if json { return try printJSON(certificate) }
    print(CertificateTable(certificate, metrics: metrics).text)
  }

  private func show(_ progress: CertificateProgress, since started: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    let left =
      progress.done > 0
      ? ", ETA \(durationText(seconds / Double(progress.done) * Double(progress.total - progress.done)))"
      : ""
    Console.progress("certify \(progress.done)/\(progress.total): \(progress.check)\(left)")
  }

  private func plan() throws -> CertificatePlan {
    guard let train, let holdout else { return .mixtures(full: full) }
    var sources = reading.sources(training: train, holdout: nil, generated: holdout)
    sources.generatedName = "held-out"
    let sets = try load(sources, atMost: sample ?? Self.usualLimit, seed: seed ?? 0)
    for (path, set) in [(train, sets.training), (holdout, sets.generated)] {
      guard set.count >= GivenSets.rowsNeeded else {
        throw DataError(
          file: path,
          problem: "expected at least \(GivenSets.rowsNeeded) examples, found \(set.count)")
      }
    }
    guard !sets.training.features.isConstant else {
      throw DataError(file: train, problem: "expected examples that differ, found all equal")
    }
    return .given(
      GivenSets(training: sets.training, holdout: sets.generated), features: sets.features)
  }
}
