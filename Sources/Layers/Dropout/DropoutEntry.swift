/// The update whose graph is being built.
public enum DropoutPhase: String, Hashable, Sendable, CaseIterable {
  /// A GAN's update of its discriminator.
  case discriminatorStep = "d_step"
  /// A GAN's update of its generator.
  case generatorStep = "g_step"
  /// The only update there is, as for a VAE.
  case single
}

/// What masks do while samples are drawn.
public enum SamplingDropout: String, Hashable, Sendable, CaseIterable {
  /// Nothing is dropped.
  case off
  /// Masks are drawn as in training.
  case stochastic
  /// Masks are inputs of the graph; see `Forward.givenMasks`.
  case given
}

/// Which side makes up for the activations that are missing.
public enum DropoutScaling: String, Hashable, Sendable, CaseIterable {
  /// Training divides what it keeps by q = 1 − rate.
  case inverted
  /// Training does not scale; passes that do not drop multiply by q.
  case testTime = "test_time"
  /// Nobody.
  case none
}

/// One entry of an experiment's dropout list, as given.
public struct DropoutEntry: Hashable, Sendable {
  /// The variant's name.
  public var type: String
  /// Globs of site addresses.
  public var at: [String]
  /// Probability of dropping, in 0..<1.
  public var rate: Double
  /// The updates in which it drops; nil for all.
  public var activeIn: Set<DropoutPhase>?
  /// Who makes up for what is dropped; nil for the variant's standard.
  public var scaling: DropoutScaling?
  /// Axes along which one mask is shared, beyond those the variant shares itself.
  public var share: [Axis]
  /// How the rate changes with the steps.
  public var schedule: DropoutSchedule
  /// The step that the schedule refers to; nil for its default.
  public var cutoff: Int?
  /// The variant's own options.
  public var options: [String: DropoutOptionValue]

  /// An entry with the defaults of the experiment file.
  public init(
    type: String, at: [String], rate: Double, activeIn: Set<DropoutPhase>? = nil,
    scaling: DropoutScaling? = nil, share: [Axis] = [], schedule: DropoutSchedule = .constant,
    cutoff: Int? = nil, options: [String: DropoutOptionValue] = [:]
  ) {
    self.type = type
    self.at = at
    self.rate = rate
    self.activeIn = activeIn
    self.scaling = scaling
    self.share = share
    self.schedule = schedule
    self.cutoff = cutoff
    self.options = options
  }
}
