internal import CLAPACK

/// How OpenBLAS is used: each call works on the thread that makes it, and several threads call at once.
enum BLAS {
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
