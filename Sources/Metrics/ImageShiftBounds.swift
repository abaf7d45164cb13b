internal import CLAPACK
internal import MetricsKernels

/// Lower bounds of the squared distances between generated images, shifted and mirrored, and training images.
///
/// Let x be a version of a generated image and u a training image, both minus the mean training image, with
/// x zero where it does not cover u. The squared distance of the overlap is |x|² + |u|² − 2x·u, with |u|²
/// of the covered part. For orthonormal directions B, x·u ≤ Bx·Bu + |x − BᵀBx| |u − BᵀBu|, so that the
/// bound of a pair takes one product of short vectors.
struct ImageShiftBounds: Sendable {
  /// Largest number of directions; a short vector has one number more.
  private static let directionLimit = 128
  /// Largest number of training images from which the directions are found.
  private static let sampleLimit = 512
  private static let rowsOfPiece = 64
  /// The largest relative error of rounding to single precision.
  private static let unitRoundoff = 0x1p-24

  /// The shifts and mirrorings of an image.
  let versions: ImageVersions
  /// The mean training image.
  let mean: [Float]
  /// The directions B, shape [K, D].
  private let directions: [Float]
  /// The short vectors of the training images, shape [N, K + 1]: Bu, then the length of the rest u − BᵀBu.
  private let short: [Float]
  /// |u|² of the part that each shift covers, minus what rounding can add to a bound, shape [shifts, N].
  private let coveredEnergies: [Float]
  /// |u|² of each training image, shape [N].
  private let energies: [Float]
  private let count: Int
  private let size: Int
  private let rank: Int

  /// Computes the short vectors and energies of the training images.
  ///
  /// - Throws: `Unavailable` when LAPACK fails; `Stopped`.
  init(_ training: RawExamples, threads: Threads) throws {
    // Comes first, as it also keeps OpenBLAS from starting threads of its own.
    let callers = threads.callingBLAS
    (count, size) = (training.count, training.size)
    versions = ImageVersions(shape: training.shape)
    mean = training.meanExample
    directions = try Self.directions(training, mean)
    rank = directions.count / size
    let description = try Self.describe(
      training, mean, directions: directions, versions, threads: callers)
    (short, coveredEnergies, energies) =
      (description.short, description.covered, description.whole)
  }

  /// The short vectors, the covered and the whole energies of all training images.
  private static func describe(
    _ training: RawExamples, _ mean: [Float], directions: [Float], _ versions: ImageVersions,
    threads: Threads
  ) throws -> (short: [Float], covered: [Float], whole: [Float]) {
    let (count, size, width) = (
      training.count, training.size, directions.count / training.size + 1
    )
    var short = [Float](repeating: 0, count: count * width)
    var covered = [Float](repeating: 0, count: versions.shifts.count * count)
    var whole = [Float](repeating: 0, count: count)
    let slack = productSlack(width)
    try short.withUnsafeMutableBufferPointer { short in
      try covered.withUnsafeMutableBufferPointer { covered in
        try whole.withUnsafeMutableBufferPointer { whole in
          guard let short = short.baseAddress else { return }
          try inParallel(pieceCount(count, size: rowsOfPiece), threads: threads) { piece in
            let rows = rows(of: piece, size: rowsOfPiece, count: count)
            withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * size) { moved in
              guard let moved = moved.baseAddress else { return }
              let energies = training.move(rows, from: mean, to: moved)
              shorten(
                moved, energies, by: directions, size: size, to: short + rows.lowerBound * width)
              for (index, row) in rows.enumerated() {
                whole[row] = Float(energies[index])
                let parts = versions.coveredEnergies(moved + index * size)
                for (shift, energy) in parts.enumerated() {
                  covered[shift * count + row] = Float(energy - slack * energies[index])
                }
              }
            }
          }
        }
      }
    }
    return (short, covered, whole)
  }

  /// Writes lower bounds of the squared distances to all training images, shape [versions, N], and the
  /// least bound of each training image.
  func fill(
    _ bounds: UnsafeMutablePointer<Float>, least: UnsafeMutablePointer<Float>, _ laid: LaidImage
  ) {
    let (ways, width) = (versions.all.count, rank + 1)
    least.initialize(repeating: .infinity, count: count)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: ways * width) { coordinates in
      guard let coordinates = coordinates.baseAddress else { return }
      Self.shorten(laid.moved, laid.energies, by: directions, size: size, to: coordinates)
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(ways), Int32(count), Int32(width), 1,
        coordinates, Int32(width), short, Int32(width), 0, bounds, Int32(count))
    }
    coveredEnergies.withUnsafeBufferPointer { covered in
      for (way, version) in versions.all.enumerated() {
        let first = laid.energies[way] * (1 - Self.productSlack(width))
        lethe_shift_bounds(
          bounds + way * count, covered.baseAddress?.advanced(by: version.shift * count),
          Float(first), Float(version.scale), least, Int64(count))
      }
    }
  }

  /// A tighter lower bound of the squared distance between a version and a training image, from whole
  /// images.
  ///
  /// - Parameter product: Inner product of the two, both minus the mean training image.
  func bound(way: Int, row: Int, _ laid: LaidImage, product: Float) -> Double {
    let (slack, version) = (Self.productSlack(size), versions.all[way])
    // The covered energy was reduced for rounding before.
    let covered = Double(coveredEnergies[version.shift * count + row])
    let low =
      laid.energies[way] * (1 - slack) + covered - slack * Double(energies[row])
      - 2 * Double(product)
    return low * version.scale
  }

  /// Writes the coordinates of images along the directions, and then the length of the rest, which is
  /// rounded up.
  ///
  /// - Parameters:
  ///   - images: The images, one for each of `energies`, shape [N, D].
  ///   - energies: Squared lengths of the images.
  ///   - target: Shape [N, K + 1].
  private static func shorten(
    _ images: UnsafePointer<Float>, _ energies: [Double], by directions: [Float], size: Int,
    to target: UnsafeMutablePointer<Float>
  ) {
    let rank = directions.count / size
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(energies.count), Int32(rank), Int32(size), 1,
      images, Int32(size), directions, Int32(size), 0, target, Int32(rank + 1))
    // The computed |Bx| may be too large, as the coordinates and the directions themselves are rounded.
    let slack = 2 * (Double(rank).squareRoot() * Double(size + 8) + Double(rank)) * unitRoundoff
    for (row, energy) in energies.enumerated() {
      let coordinates = target + row * (rank + 1)
      var seen = 0.0
      for index in 0..<rank { seen += Double(coordinates[index]) * Double(coordinates[index]) }
      coordinates[rank] = Float(max(0, energy * (1 + slack) - seen).squareRoot()).nextUp
    }
  }

  /// The most that rounding can add to a bound from products of `width` numbers, as a share of |x|² + |u|².
  private static func productSlack(_ width: Int) -> Double { 2 * Double(width + 16) * unitRoundoff }

  private static func directions(_ training: RawExamples, _ mean: [Float]) throws -> [Float] {
    let count = min(sampleLimit, training.count)
    var sample = [Float](repeating: 0, count: count * training.size)
    sample.withUnsafeMutableBufferPointer { sample in
      guard let sample = sample.baseAddress else { return }
      for index in 0..<count {
        let row = index * training.count / count
        _ = training.move(row..<row + 1, from: mean, to: sample + index * training.size)
      }
    }
    return try principalDirections(
      of: sample, dimension: training.size, count: min(directionLimit, count, training.size))
  }
}

/// All versions of a generated image.
struct LaidImage {
  /// The versions as `ImageVersions` writes them, shape [versions, H, W, C].
  let written: UnsafePointer<Float>
  /// The versions minus the mean training image, in the same order.
  let moved: UnsafePointer<Float>
  /// Squared lengths of the moved versions.
  let energies: [Double]
}
