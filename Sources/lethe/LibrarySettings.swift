internal import CPU
internal import Foundation

/// Settings that libraries read from the environment while they are loaded: the process replaces itself
/// once with one that has them.
///
/// - How long idle threads of libgomp's pool spin before they sleep. Its own choice, milliseconds, makes
///   training many times slower on a machine with other work to do: the spinning thread keeps the
///   processor that the thread it waits for needs. Users' own `GOMP_SPINCOUNT` or `OMP_WAIT_POLICY` are
///   left alone.
/// - No threads of OpenBLAS: each call works on the thread that makes it, and threads that were started
///   before `main` would take signals.
/// - The instruction set that `LETHE_ISA` holds OpenBLAS to, unless `OPENBLAS_CORETYPE` is given.
enum LibrarySettings {
  /// Turns of the waiting loop, some tens of microseconds: longer than the gaps between kernels.
  private static let spinCount = "3000"

  static func apply() {
    let missing = wanted.filter { value(of: $0.key) != $0.value }
    if missing.isEmpty { return }
    for (name, value) in missing { setenv(name, value, 1) }
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    // Without /proc the process goes on with the libraries' own choices.
    for argument in arguments { free(argument) }
  }

  private static var wanted: [String: String] {
    var wanted = ["OPENBLAS_NUM_THREADS": "1"]
    if value(of: "GOMP_SPINCOUNT") == nil, value(of: "OMP_WAIT_POLICY") == nil {
      wanted["GOMP_SPINCOUNT"] = spinCount
    }
    if value(of: "OPENBLAS_CORETYPE") == nil, let core = InstructionSet.openBLASCore {
      wanted["OPENBLAS_CORETYPE"] = core
    }
    return wanted
  }

  private static func value(of name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
