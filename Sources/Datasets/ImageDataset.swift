/// Images in memory, split into a training and a hold-out part.
public struct ImageDataset: Sendable {
  /// Examples to train on, in an order that depends only on their pixels.
  public let training: Examples
  /// Examples kept from training; empty if none were asked for.
  public let holdout: Examples
  /// Broken files that were left out, by path.
  public let skipped: [SkippedFile]

  /// Rows of an image.
  public var height: Int { training.height }
  /// Pixels in a row.
  public var width: Int { training.width }
  /// 1 or 3.
  public var channels: Int { training.channels }

  /// Loads and splits images.
  ///
  /// Each image is hashed as it is stored. Hashes below the hold-out share are held out, so that equal
  /// images fall on one side, and neither names, order nor `limit` move an image to the other. A limit
  /// keeps the training examples with the lowest hashes, so that a smaller one is part of a larger.
  ///
  /// - Throws: `DataError` if the data cannot be read, or leave no training example or fewer than
  ///   `limit`.
  public static func load(
    _ request: ImageRequest, progress: LoadProgress? = nil
  ) throws -> ImageDataset {
    try request.validate()
    let pool = try loadPool(request, progress)
    let hashes = pool.contentHashes()
    let order = hashes.indices.sorted {
      (hashes[$0], pool.valid[$0]) < (hashes[$1], pool.valid[$1])
    }
    let isHeldOut = { (index: Int) in unitInterval(hashes[index]) < request.holdout }
    let heldOut = order.filter(isHeldOut)
    let kept = order.filter { !isHeldOut($0) }
    try check(request, trainingCount: kept.count, holdoutCount: heldOut.count)
    func examples(_ indices: some Sequence<Int>) -> Examples {
      Examples(
        shape: pool.shape, samples: pool.samples, positions: indices.map { pool.valid[$0] })
    }
    return ImageDataset(
      training: examples(kept.prefix(request.limit ?? kept.count)), holdout: examples(heldOut),
      skipped: pool.skipped)
  }

  private static func loadPool(
    _ request: ImageRequest, _ progress: LoadProgress?
  ) throws -> ImagePool {
    guard case .path(let path) = request.source else {
      return try Shapes.pool(request, progress: progress)
    }
    switch try ImagePath(path) {
    case .pngFolder(let files):
      return try PNGFolder.load(files, request: request, progress: progress)
    case .cifar(let files):
      return try CIFARFile.load(files, request: request, progress: progress)
    case .numpy:
      return try .convert(NumpyFile.images(path), request: request, progress: progress)
    case .idx:
      return try .convert(IDXFile.images(path), request: request, progress: progress)
    }
  }

  private static func check(
    _ request: ImageRequest, trainingCount: Int, holdoutCount: Int
  ) throws {
    let split = "of \(trainingCount + holdoutCount) examples, \(holdoutCount) are held out"
    guard trainingCount > 0 else {
      throw DataError(
        file: request.source.name,
        problem: "expected at least one training example, found none: \(split)")
    }
    guard let limit = request.limit, limit > trainingCount else { return }
    throw DataError(
      file: request.source.name,
      problem: "limit: expected at most the \(trainingCount) training examples there are "
        + "(\(split)), found \(limit)")
  }
}
