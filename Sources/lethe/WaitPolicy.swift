internal import Foundation

/// How long idle threads of the pool spin before they sleep.
///
/// libgomp lets them spin for milliseconds, which on a machine with other work to do makes training
/// many times slower: the spinning thread keeps the processor that the thread it waits for needs. The
/// library reads its settings while it is loaded, so the process replaces itself once with one that
/// has them. Users' own `GOMP_SPINCOUNT` or `OMP_WAIT_POLICY` are left alone.
enum WaitPolicy {
  /// Turns of the waiting loop, some tens of microseconds: longer than the gaps between kernels.
  private static let spinCount = "3000"

  static func apply() {
    guard getenv("GOMP_SPINCOUNT") == nil, getenv("OMP_WAIT_POLICY") == nil else { return }
    setenv("GOMP_SPINCOUNT", spinCount, 1)
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    // Without /proc the process goes on with the library's own policy.
    for argument in arguments { free(argument) }
  }
}
