internal import Specification

extension Experiment {
  /// `train`: the length of a training, the size of its batches, and the files that it writes.
  public struct Train: Sendable, Equatable {
    /// `steps`: updates of the generator, of the autoencoder or of the classifier.
    public let steps: Int
    /// `batch`: number of examples in an update.
    public let batch: Int
    /// `ema`: decays of moving averages of the weights, each kept beside them; empty (0) for none. 0.995 for a gan.
    public let ema: [Double]
    /// `ema_warmup`: true to begin with shorter averages, so that they forget the first weights; see `decay`.
    public let emaWarmup: Bool
    /// `until`: the rule by which training ends before `steps`; nil for none.
    public let until: Until?
    /// `sample_every`: steps between sample sheets; 0 for none but the last.
    public let sampleEvery: Int
    /// `checkpoint_every`: steps between checkpoints; 0 for none but the last.
    public let checkpointEvery: Int
    /// `tensorboard`: true to write event files for TensorBoard too; false by default.
    public let tensorboard: Bool

    /// `threads` of a trial; nil for one in an ablation and all cores otherwise.
    public let threads: Int?

    /// Numbers of threads that a trial can have.
    public static let threadCounts = 1...256

    /// A rule that ends training when a metric of held-out examples, measured every `metrics.every` steps, no longer
    /// gets better. The model with the best value is kept and measured.
    public struct Until: Sendable, Equatable {
      /// `metric`: its key, not checked here.
      public let metric: String
      /// `patience`: number of measurements without a better value after which training ends.
      public let patience: Int

      init(_ keys: SectionReader) throws {
        metric = try keys.required("metric", .text("the name of a metric"))
        patience = try keys.value("patience", .integer(1...1_000_000), default: 5)
      }
    }

    /// What is known of the training of another program.
    init(steps: Int, threads: Int?) {
      (self.steps, batch, ema, emaWarmup, until) = (steps, 1, [], false, nil)
      (sampleEvery, checkpointEvery, tensorboard, self.threads) = (0, 0, false, threads)
    }

    init(_ keys: SectionReader, family: Family) throws {
      steps = try keys.value("steps", .integer(1...1_000_000_000), default: 3000)
      batch = try keys.value("batch", .integer(1...1_000_000), default: 64)
      ema = try keys.value("ema", .decays, default: family == .gan ? [0.995] : [])
      emaWarmup = try keys.value(
        "ema_warmup", .flag, default: true, when: .only(!ema.isEmpty, "for averages of train.ema"))
      until = try keys.optionalSection("until", Until.init)
      sampleEvery = try keys.value(
        "sample_every", .integer(0...1_000_000_000), default: 500,
        when: .families(where: \.isGenerative, not: family))
      checkpointEvery = try keys.value(
        "checkpoint_every", .integer(0...1_000_000_000), default: 500)
      tensorboard = try keys.value("tensorboard", .flag, default: false)
      threads = try keys.optional("threads", .integer(Self.threadCounts))
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
