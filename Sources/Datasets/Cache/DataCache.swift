internal import Media
public import Files
internal import Foundation

/// A cache of decoded data: files named by a hash of what they were decoded from, which all trials of a run
/// map into memory.
///
/// The key covers the content of every file, so that a changed file is noticed even if its name, size and
/// time are the same. An entry that is damaged, truncated or of another version is made anew. Where no
/// entry can be written, loading goes on without one.
public struct DataCache: Sendable {
  /// Version of the decoding and of the layout of entries. It must change when the same files are decoded
  /// to something else, or entries are laid out in another way.
  private static let version = 1

  private let folder: CacheFolder
  /// Least decoding time that is worth an entry.
  private let worthwhile: Duration

  /// - Parameters:
  ///   - folder: Folder of the entries.
  ///   - worthwhile: Least decoding time that is worth an entry; a second by default.
  public init(_ folder: CacheFolder, worthwhile: Duration = .seconds(1)) {
    (self.folder, self.worthwhile) = (folder, worthwhile)
  }

  /// The cache in the user's folder for caches.
  public static var standard: DataCache { DataCache(.standard) }

  /// The pool of some files: from the cache, or decoded and then kept there.
  ///
  /// - Parameters:
  ///   - request: Everything besides the files that the pool depends on.
  ///   - files: Paths of the files. They are part of the key, since notes name them.
  func pool<Pool: CacheablePool>(
    _ request: [String], files: [String], decode: () throws -> Pool
  ) throws -> Pool {
    guard let key = key(request, files) else { return try decode() }
    if let found: Pool = read(key) { return found }
    let clock = ContinuousClock()
    let start = clock.now
    var pool = try decode()
    // If a file was changed during decoding, the pool would be kept under the key of the old content.
    guard clock.now - start >= worthwhile, self.key(request, files) == key else { return pool }
    do {
      try folder.write(Self.name(key)) { try pool.entry.write(to: $0) }
      return read(key) ?? pool
    } catch {
      pool.leftOut.append("the decoded data are not kept in the cache: \(error)")
      return pool
    }
  }

  private static func name(_ key: String) -> String { "data-\(key)" }

  private func read<Pool: CacheablePool>(_ key: String) -> Pool? {
    let name = Self.name(key)
    guard let entry = CacheEntry(reading: folder.url.appendingPathComponent(name)) else {
      return nil
    }
    folder.touch(name)
    return Pool(entry)
  }

  // MARK: Keys

  /// The hash of a request, of the files with their content, and of the versions of all that decodes them.
  ///
  /// - Returns: Nil where a file cannot be read; decoding then reports the error.
  private func key(_ request: [String], _ files: [String]) -> String? {
    let read = try? loadOnAllCores(files, skipBroken: false, progress: nil) {
      try ContentDigest.text(ofFile: $0)
    }
    guard let hashes = read?.results else { return nil }
    var digest = ContentDigest()
    for text in ["\(Self.version)"] + MediaLibraries.identities + request { digest.add(text) }
    for (file, hash) in zip(files, hashes) {
      digest.add(file)
      digest.add(hash)
    }
    return digest.text
  }
}

/// A pool that can be kept in the cache.
protocol CacheablePool {
  /// Remarks on files that were not read, a line each.
  var leftOut: [String] { get set }
  /// The pool as an entry.
  var entry: CacheEntry { get }
  /// Reads the pool from an entry.
  init(_ entry: CacheEntry)
}
