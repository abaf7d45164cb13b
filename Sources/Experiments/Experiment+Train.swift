internal import Specification

extension Experiment {
  /// `train`: the length of a training, the size of its batches, and the files that it writes.
  public struct Train: Sendable, Equatable {
    /// `steps`: updates of the generator, of the autoencoder or of the classifier.
    public let steps: Int
    /// `batch`: number of examples in an update.
    public let batch: Int
    /// `ema`: decay of the weight average that samples are drawn from; 0 for none.
    public let ema: Double
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

    /// Keys that change no step of a training. The steps are the same whatever their number, as every schedule has a
    /// `cutoff` of its own. Results that depend on the number of threads are recorded with it; see `Provenance`.
    static let keysWithoutEffect: Set = ["steps", "checkpoint_every", "tensorboard", "threads"]

    init(_ keys: SectionReader, family: Family) throws {
      steps = try keys.value("steps", .integer(1...1_000_000_000), default: 3000)
      batch = try keys.value("batch", .integer(1...1_000_000), default: 64)
      ema = try keys.value("ema", .number(atLeast: 0, below: 1), default: 0)
      sampleEvery = try keys.value(
        "sample_every", .integer(0...1_000_000_000), default: 500,
        when: .families(where: \.isGenerative, not: family))
      checkpointEvery = try keys.value(
        "checkpoint_every", .integer(0...1_000_000_000), default: 500)
      tensorboard = try keys.value("tensorboard", .flag, default: false)
      threads = try keys.optional("threads", .integer(Self.threadCounts))
    }
  }
}
