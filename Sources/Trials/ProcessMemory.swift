internal import Evaluation
internal import Training
internal import Foundation

/// What the operating system says of this process's memory.
public enum ProcessMemory {
  /// The most it ever held, in MB of 10⁶ bytes.
  public static func peakMegabytes() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) * 1024 / 1e6
  }
}
