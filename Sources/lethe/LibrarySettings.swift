internal import CPU
internal import Foundation
internal import Metrics

/// Settings that libraries read from the environment while they are loaded. The process sets them and then
/// starts the program once more in its place.
///
/// - The time for which idle threads of libgomp's pool spin before they sleep. The default, milliseconds, makes
///   training many times slower on a machine with other work to do: the spinning thread keeps the processor that the
///   thread it waits for needs. A `GOMP_SPINCOUNT` or `OMP_WAIT_POLICY` of the user is left alone.
/// - A single OpenBLAS thread. Each call computes on the thread that makes it, and threads that OpenBLAS
///   starts before `main` would take signals.
/// - The kernels of OpenBLAS, unless `OPENBLAS_CORETYPE` is given: those that `LETHE_ISA` asks for, or those of the
///   processor where OpenBLAS is older and would take some that know nothing of AVX.
enum LibrarySettings {
  /// Iterations of the spin loop. They take some tens of microseconds, longer than the gaps between kernels.
  private static let spinCount = "3000"

  /// Replaces the process by one with the settings, if any of them is missing.
  static func apply() {
    let missing = wanted.filter { value(of: $0.key) != $0.value }
    if missing.isEmpty { return }
    for (name, value) in missing { setenv(name, value, 1) }
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    // Started by its path, the process is listed as lethe; by the link, as exe, where `pkill lethe` misses it. The link
    // serves where the program's file was replaced meanwhile.
    if let path = try? programPath() { execv(path, &arguments) }
    execv("/proc/self/exe", &arguments)
    // Without /proc the process goes on with the defaults of the libraries.
    for argument in arguments { free(argument) }
  }

  private static var wanted: [String: String] {
    var wanted = ["OPENBLAS_NUM_THREADS": "1"]
    if value(of: "GOMP_SPINCOUNT") == nil, value(of: "OMP_WAIT_POLICY") == nil {
      wanted["GOMP_SPINCOUNT"] = spinCount
    }
    if value(of: "OPENBLAS_CORETYPE") == nil,
      let core = InstructionSet.openBLASCore(insteadOf: BLAS.core)
    {
      wanted["OPENBLAS_CORETYPE"] = core
    }
    return wanted
  }

  private static func value(of name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
