public import Foundation
internal import SystemPackage

/// A folder for files that can be made again, such as decoded data and trained encoders. It is kept below a
/// size by removing the files that were used longest ago.
public struct CacheFolder: Sendable {
  /// The folder, which need not exist.
  public let url: URL
  /// The largest sum of the files' sizes, in bytes.
  let limit: Int

  /// Names a folder.
  ///
  /// - Parameter limit: The largest sum of the files' sizes, in bytes; 4 GiB by default.
  public init(_ url: URL, limit: Int = 4 << 30) {
    (self.url, self.limit) = (url, limit)
  }

  /// `lethe` in the user's folder for caches: `$XDG_CACHE_HOME` or `~/.cache`.
  public static var standard: CacheFolder {
    let chosen = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"].flatMap {
      $0.hasPrefix("/") ? URL(fileURLWithPath: $0, isDirectory: true) : nil
    }
    let home = FileManager.default.homeDirectoryForCurrentUser
    let folder = chosen ?? home.appendingPathComponent(".cache", isDirectory: true)
    return CacheFolder(folder.appendingPathComponent("lethe", isDirectory: true))
  }

  /// Lets `write` make a file, and then removes older files to stay below the limit. The folder is made when
  /// it is not there.
  ///
  /// - Parameter name: Name of the file in the folder.
  /// - Throws: `FileError`, or what `write` throws.
  public func write(_ name: String, _ write: (URL) throws -> Void) throws {
    try createFolder(url)
    let file = url.appendingPathComponent(name)
    try write(file)
    trim(keeping: name)
  }

  /// Marks a file as used now.
  public func touch(_ name: String) {
    utimensat(AT_FDCWD, url.appendingPathComponent(name).path, nil, 0)
  }

  /// Age in seconds from which a temporary is taken for one of a killed process and removed.
  private static let temporaryAge = 86_400

  /// Removes the files that were used longest ago until the rest is below the limit, and old temporaries.
  private func trim(keeping kept: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    let now = time(nil)
    var files: [(path: String, size: Int, used: (Int, Int))] = []
    for name in names {
      let path = url.appendingPathComponent(name).path
      guard let status = try? Stat(path, followTargetSymlink: false), status.type == .regular
      else { continue }
      let used = (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec))
      if name.hasPrefix(".") {
        if now - used.0 > Self.temporaryAge { unlink(path) }
      } else {
        files.append((path, Int(status.size), name == kept ? (.max, 0) : used))
      }
    }
    var total = files.reduce(0) { $0 + $1.size }
    for file in files.sorted(by: { $0.used < $1.used }).dropLast() where total > limit {
      unlink(file.path)
      total -= file.size
    }
  }
}
