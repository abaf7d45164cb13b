/// How fast training steps are and what they need: what `lethe bench --json` prints, and, by workload, what
/// `results/bench/*.json` keep of it and of other programs. Nil is what a program does not know or that is not kept.
public struct StepFigures: Codable, Sendable, Equatable {
  /// The experiment's name.
  public var experiment: String?
  /// Threads of a step.
  public var threads: Int?
  /// Steps that were timed.
  public var steps: Int?
  /// Milliseconds of a step.
  public var medianMilliseconds: Double
  /// Milliseconds of the fastest step.
  public var leastMilliseconds: Double
  /// Training examples a second, at the median.
  public var samplesPerSecond: Double?
  /// From the start of the process to the end of its first step.
  public var firstStepSeconds: Double
  /// The most memory that the process ever held, in MB of 10⁶ bytes.
  public var peakMemoryMegabytes: Double
  /// Floating-point operations of a step.
  public var flopsPerStep: Double?
  /// Share of a step's time that is spent in oneDNN.
  public var oneDNNShare: Double?
  /// By how many MB the process grew over the steps.
  public var residentGrowthMegabytes: Double?

  private enum CodingKeys: String, CodingKey {
    case experiment, threads, steps
    case medianMilliseconds = "median_ms"
    case leastMilliseconds = "min_ms"
    case samplesPerSecond = "samples_per_second"
    case firstStepSeconds = "first_step_s"
    case peakMemoryMegabytes = "peak_memory_mb"
    case flopsPerStep = "flops_per_step"
    case oneDNNShare = "onednn_share"
    case residentGrowthMegabytes = "resident_growth_mb"
  }

  /// Collects figures; see the properties.
  public init(
    medianMilliseconds: Double, leastMilliseconds: Double, firstStepSeconds: Double,
    peakMemoryMegabytes: Double
  ) {
    (self.medianMilliseconds, self.leastMilliseconds) = (medianMilliseconds, leastMilliseconds)
    (self.firstStepSeconds, self.peakMemoryMegabytes) = (firstStepSeconds, peakMemoryMegabytes)
  }
}
