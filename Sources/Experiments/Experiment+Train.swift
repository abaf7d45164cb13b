internal import Specification

extension Experiment {
  /// `train`: the length of a training, the size of its batches, and the files that it writes.
  public struct Train: Sendable, Equatable {
    /// `steps`.
    public let steps: Int
    /// `batch`.
    public let batch: Int
    /// `ema`; empty (0) for none.
    public let ema: [Double]
    /// `ema_warmup`; see `decay`.
    public let emaWarmup: Bool
    /// `until`; nil for none.
    public let until: Until?
    /// `sample_every`.
    public let sampleEvery: Int
    /// `checkpoint_every`.
    public let checkpointEvery: Int
    /// `tensorboard`.
    public let tensorboard: Bool

    /// `precision`; nil for single precision.
    public let precision: Precision?

    /// `threads`; nil for one in an ablation and all cores otherwise.
    public let threads: Int?

    /// The numbers that the products of a training step multiply. Sums, weights and everything else are of single precision.
    public enum Precision: String, CaseIterable, Sendable {
      /// Single precision.
      case float32
      /// The first 16 bits of single precision.
      case bfloat16
    }

    /// Numbers of threads that a trial can have.
    public static let threadCounts = 1...256

    /// A rule that ends training when a metric of held-out examples, measured every `metrics.every` steps, no longer
    /// gets better. The model with the best value is kept and measured.
    public struct Until: Sendable, Equatable {
      /// `metric`, not checked here.
      public let metric: String
      /// `patience`.
      public let patience: Int

      init(_ keys: SectionReader) throws {
        metric = try keys.required(
          "metric", .text("the name of a metric"),
          says: "metric of the held-out examples, measured every `metrics.every` steps")
        patience = try keys.value(
          "patience", .integer(1...1_000_000), default: 5,
          says: "number of measurements without a better value after which training ends")
      }
    }

    /// What is known of the training of another program.
    init(steps: Int, threads: Int?) {
      (self.steps, batch, ema, emaWarmup, until) = (steps, 1, [], false, nil)
      (sampleEvery, checkpointEvery, tensorboard, self.threads) = (0, 0, false, threads)
      precision = nil
    }

    init(_ keys: SectionReader, family: Family) throws {
      steps = try keys.value(
        "steps", .integer(1...1_000_000_000), default: 3000,
        says: "updates of the generator, of the autoencoder or of the classifier")
      batch = try keys.value(
        "batch", .integer(1...1_000_000), default: 64, says: "number of examples in an update")
      ema = try keys.value(
        "ema", .decays, default: family == .gan ? [0.995] : [],
        says: "decays of moving averages of the weights, each kept beside them; 0 for none")
      emaWarmup = try keys.value(
        "ema_warmup", .flag, default: true, when: .only(!ema.isEmpty, "for averages of train.ema"),
        says: "true to begin with shorter averages, so that they forget the first weights")
      until = try keys.optionalSection(
        "until",
        says:
          "rule that ends training when a metric no longer gets better; the model with the best value is kept",
        Until.init)
      sampleEvery = try keys.value(
        "sample_every", .integer(0...1_000_000_000), default: 500,
        when: .families(where: \.isGenerative, not: family),
        says: "steps between sheets of samples; 0 for none but the last")
      checkpointEvery = try keys.value(
        "checkpoint_every", .integer(0...1_000_000_000), default: 500,
        says: "steps between checkpoints; 0 for none but the last")
      tensorboard = try keys.value(
        "tensorboard", .flag, default: false, says: "true to write event files for TensorBoard too")
      precision = try keys.addition(
        "precision", .choice,
        says:
          "numbers that large products and convolutions of a step multiply: float32 unless it says bfloat16, which the processor must have instructions for"
      )
      threads = try keys.optional(
        "threads", .integer(Self.threadCounts),
        says: "threads of a trial; without it, one in an ablation and all cores otherwise")
    }

    /// The decay of an average at a step, counted from 0: with warm-up at most (1 + step)/(10 + step).
    ///
    /// Source: TensorFlow's `ExponentialMovingAverage` with `num_updates`.
    public func decay(_ full: Double, at step: Int) -> Double {
      emaWarmup ? min(full, Double(1 + step) / Double(10 + step)) : full
    }
  }
}

extension ValueKind<[Double]> {
  /// Decays of averages: one or several without repeats; 0 alone for none.
  fileprivate static var decays: Self {
    let numbers = list(of: .number(atLeast: 0, below: 1), allowsNone: true)
    var kind = numbers
    kind.parse = { node in
      numbers.parse(node).flatMap { $0 == [0] ? [] : $0.contains(0) ? nil : $0 }
    }
    return kind
  }
}
