public import Foundation
internal import SystemPackage

/// The folder of what can be made again: decoded data and trained encoders. It is kept below a size, by removing what
/// was used longest ago.
public struct CacheFolder: Sendable {
  /// The folder, which need not be there.
  public let url: URL
  /// Bytes of all files that are kept.
  let limit: Int

  /// Names a folder.
  ///
  /// - Parameter limit: Bytes of all files; 4 GiB by default.
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

  /// Writes a file whole or not at all, makes room for it, and makes the folder when it is not there.
  ///
  /// - Parameter name: Of the file.
  /// - Throws: `FileError`, or what `body` throws.
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

  /// What killed processes have left is older than this when it is removed, in seconds.
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
