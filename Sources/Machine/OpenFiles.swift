internal import Foundation

/// The limit on files, pipes and other descriptors that this process may have open at once.
package enum OpenFiles {
  /// Makes sure that `more` files than now can be open at once, and raises this process's own limit if need
  /// be. The dispatcher would end the process where it cannot open what it waits on.
  package static func require(more: Int) throws(MachineError) {
    let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 3
    let count = open + more
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    if limit.rlim_cur >= rlim_t(count) { return }
    guard limit.rlim_max >= rlim_t(count) else {
      throw MachineError(
        description:
          "\(count) files will be open at once, and this process may have \(limit.rlim_max) (see ulimit -n)"
      )
    }
    limit.rlim_cur = rlim_t(count)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
