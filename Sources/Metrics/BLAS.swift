internal import CLAPACK

/// How OpenBLAS is used: each call works on the thread that makes it, and several threads call at once.
public enum BLAS {
  /// The library's version, such as `0.3.21`.
  public static var version: String {
    let words = String(cString: openblas_get_config()).split(separator: " ")
    return words.dropFirst().first.map(String.init) ?? "unknown"
  }

  /// The kind of processor that the library has kernels for and uses, such as `SkylakeX`.
  public static var core: String { String(cString: openblas_get_corename()) }

  /// Whether this build of OpenBLAS allows several calls at once; Debian's serial one does not.
  private static let allowsConcurrentCalls: Bool = {
    openblas_set_num_threads(1)
    return openblas_get_parallel() != 0
  }()

  /// Makes sure that calls work on the thread that makes them: with more, sums are in another order on another
  /// machine. To be called before the first call.
  static func useOneThread() { _ = allowsConcurrentCalls }

  /// How many of the threads may make calls.
  static func callers(_ threads: Int) -> Int { allowsConcurrentCalls ? threads : 1 }
}
