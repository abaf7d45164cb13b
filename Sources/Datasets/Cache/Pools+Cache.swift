internal import Specification
internal import Media

extension ImagePool: CacheablePool {
  var entry: CacheEntry {
    CacheEntry(
      CacheEntry.Description(
        shape: [shape.height, shape.width, shape.channels], isFloat: samples.isFloat,
        count: samples.count, valid: valid, fileNames: fileNames, skipped: skipped, notes: notes,
        leftOut: leftOut,
        classes: labels.classes, labels: labels.labels), samples)
  }

  init(_ entry: CacheEntry) {
    let stored = entry.description
    self.init(
      shape: ImageShape(
        height: stored.shape[0], width: stored.shape[1], channels: stored.shape[2]),
      samples: entry.samples, valid: stored.valid, fileNames: stored.fileNames,
      skipped: stored.skipped, notes: stored.notes)
    leftOut = stored.leftOut
    labels = PoolLabels(classes: stored.classes, labels: stored.labels)
  }

  /// Loads a folder of pictures by way of the cache; nil without a cache, for other sources, and for labels
  /// in a file of their own.
  static func cached(_ request: ImageRequest, progress: LoadProgress?) throws -> ImagePool? {
    guard let cache = request.cache, case .path(let path) = request.source else { return nil }
    let found = try ImageFiles(path, skipBroken: request.skipBroken)
    guard found.arePictures else { return nil }
    let files = found.listing
    let said: [String]
    switch request.labels {
    case .none: said = ["images"] + files.leftOut
    case .ofSource:
      said =
        ["classes of images"]
        + (try ClassFolders(path, of: .pictures, skipBroken: request.skipBroken).leftOut)
    case .file: return nil
    }
    let asked = [path, "\(request.size ?? 0) \(request.channels ?? 0) \(request.skipBroken)"]
    return try cache.pool(
      asked + said + files.skipped.map(\.file), files: files.paths
    ) { try made(request, progress: progress) }
  }
}

extension SoundPool: CacheablePool {
  var entry: CacheEntry {
    CacheEntry(
      CacheEntry.Description(
        shape: [length], isFloat: samples.isFloat, count: samples.count, valid: valid,
        sources: sources.map { Int(bitPattern: UInt($0)) }, fileNames: fileNames, skipped: skipped,
        notes: notes,
        leftOut: leftOut, classes: labels.classes, labels: labels.labels), samples)
  }

  init(_ entry: CacheEntry) {
    let stored = entry.description
    self.init(
      length: stored.shape[0], samples: entry.samples, valid: stored.valid,
      sources: stored.sources.map { UInt64(UInt(bitPattern: $0)) }, fileNames: stored.fileNames,
      skipped: stored.skipped,
      notes: stored.notes)
    leftOut = stored.leftOut
    labels = PoolLabels(classes: stored.classes, labels: stored.labels)
  }

  /// Loads sound files by way of the cache; nil without a cache, for other sources, and for labels in a
  /// file of their own.
  static func cached(_ request: SoundRequest, progress: LoadProgress?) throws -> SoundPool? {
    guard let cache = request.cache, case .path(let path) = request.source,
      case .files(let files) = try SoundPath(path, skipBroken: request.skipBroken)
    else { return nil }
    let said: [String]
    switch request.labels {
    case .none: said = ["sounds"] + files.leftOut
    case .ofSource:
      said =
        ["classes of sounds"]
        + (try ClassFolders(path, of: .sounds, skipBroken: request.skipBroken).leftOut)
    case .file: return nil
    }
    let asked = [
      path,
      "\(request.sampleRateHz) \(request.length) \(request.windows.rawValue) \(request.skipBroken)",
    ]
    return try cache.pool(
      asked + said + files.skipped.map(\.file), files: files.paths
    ) { try made(request, progress: progress) }
  }
}
