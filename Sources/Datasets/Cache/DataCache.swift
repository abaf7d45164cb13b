internal import Media
public import Files
internal import Foundation

/// Decoded data in files under the hash of what they were decoded from, which all trials of a run map into memory.
///
/// The key is of the content of every file, so that a changed file is noticed whatever its name, size and time say. An
/// entry that is damaged, cut short or of another version is made anew; where none can be written, decoding goes on
/// without.
public struct DataCache: Sendable {
  /// Changes when the same files would be decoded to something else, or entries are laid out in another way.
  private static let version = 1

  private let folder: CacheFolder
  /// Decoding that takes less is not worth an entry.
  private let worthwhile: Duration

  /// - Parameters:
  ///   - folder: Of the entries.
  ///   - worthwhile: The least time of decoding that gets an entry; a second by default.
  public init(_ folder: CacheFolder, worthwhile: Duration = .seconds(1)) {
    (self.folder, self.worthwhile) = (folder, worthwhile)
  }

  /// The cache in the user's folder for caches.
  public static var standard: DataCache { DataCache(.standard) }

  /// The pool of some files: from the cache, or decoded and then kept there.
  ///
  /// - Parameters:
  ///   - request: Everything beside the files that the pool depends on.
  ///   - files: Their paths; these are in notes, and therefore part of the key.
  func pool<Pool: CacheablePool>(
    _ request: [String], files: [String], decode: () throws -> Pool
  ) throws -> Pool {
    guard let key = key(request, files) else { return try decode() }
    if let found: Pool = read(key) { return found }
    let clock = ContinuousClock()
    let start = clock.now
    var pool = try decode()
    // A file that was changed meanwhile would be kept under the key of what it was.
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

  /// - Returns: Nil where a file cannot be read; decoding says why.
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
  /// What is to be said of files that were not read.
  var leftOut: [String] { get set }
  /// The pool as an entry.
  var entry: CacheEntry { get }
  /// Reads the pool from an entry.
  init(_ entry: CacheEntry)
}
