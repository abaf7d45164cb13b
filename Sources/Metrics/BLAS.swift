internal import CLAPACK

/// Settings of OpenBLAS: each call runs on the thread that makes it, and several threads may call at once.
public enum BLAS {
  /// The library's version, such as `0.3.21`.
  public static var version: String {
    let words = String(cString: openblas_get_config()).split(separator: " ")
    return words.dropFirst().first.map(String.init) ?? "unknown"
  }

  /// The type of processor whose kernels the library uses, such as `SkylakeX`.
  public static var core: String { String(cString: openblas_get_corename()) }

  /// True where this build of OpenBLAS allows several calls at once; Debian's serial build does not.
  /// Computing it also limits every call to one thread.
  private static let allowsConcurrentCalls: Bool = {
    openblas_set_num_threads(1)
    return openblas_get_parallel() != 0
  }()

  /// Makes each call run on the thread that makes it; with more threads, the order of sums would depend on
  /// the machine. Must come before the first call.
  static func useOneThread() { _ = allowsConcurrentCalls }

  /// Number of threads, out of those given, that may make calls at once.
  static func callers(_ threads: Int) -> Int { allowsConcurrentCalls ? threads : 1 }
}
