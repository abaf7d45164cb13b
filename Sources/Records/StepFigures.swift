/// Speed and memory of training steps: the output of `lethe bench --json`, and the entry of a workload in
/// `results/bench/*.json`, for this program and others. Figures that a program does not know, or that are not kept,
/// are nil.
public struct StepFigures: Codable, Sendable, Equatable {
  /// The experiment's name.
  public var experiment: String?
  /// Number of threads that a step runs on.
  public var threads: Int?
  /// Number of steps that were timed.
  public var steps: Int?
  /// Median milliseconds of a step.
  public var medianMilliseconds: Double
  /// Milliseconds of the fastest step.
  public var leastMilliseconds: Double
  /// Training examples a second, at the median.
  public var samplesPerSecond: Double?
  /// Seconds from the start of the process to the end of its first step.
  public var firstStepSeconds: Double
  /// The most memory that the process ever held, in MB of 10⁶ bytes.
  public var peakMemoryMegabytes: Double
  /// Floating-point operations of a step.
  public var flopsPerStep: Double?
  /// Share of a step's time that is spent in products and convolutions.
  public var contractionShare: Double?
  /// Growth of the process's resident memory over the steps, in MB.
  public var residentGrowthMegabytes: Double?
  /// The program, its libraries and the machine.
  public var madeBy: Provenance?

  private enum CodingKeys: String, CodingKey {
    case experiment, threads, steps
    case medianMilliseconds = "median_ms"
    case leastMilliseconds = "min_ms"
    case samplesPerSecond = "samples_per_second"
    case firstStepSeconds = "first_step_s"
    case peakMemoryMegabytes = "peak_memory_mb"
    case flopsPerStep = "flops_per_step"
    case contractionShare = "contraction_share"
    case residentGrowthMegabytes = "resident_growth_mb"
    case madeBy = "made_by"
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
