internal import Evaluation
internal import Training
internal import Foundation

/// Memory of this process, as the operating system reports it.
public enum ProcessMemory {
  /// The largest resident memory so far, in MB of 10⁶ bytes.
  public static func peakMegabytes() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) * 1024 / 1e6
  }
}
