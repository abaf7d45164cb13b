internal import CLAPACK
internal import MetricsKernels

/// Nearest training images under shifts and mirroring; see `ShiftedSearch`.
///
/// A bound passes over most pairs. With x a version of a generated image and u a training image, both less the
/// mean training image and x zero where it does not cover u, the squared distance of the overlap is
/// |x|² + |u|² (covered part) − 2x·u, and with B some orthonormal directions,
/// x·u ≤ Bx·Bu + |x − BᵀBx| |u − BᵀBu|: one product of short vectors for a pair. Images whose bound passes are
/// bounded again by their whole products, in single precision, and those that still pass are measured in double
/// precision.
struct ImageShiftSearch: Sendable {
  /// Numbers of a short vector, less one.
  private static let directionLimit = 128
  /// Images that directions are found from.
  private static let sampleLimit = 512
  private static let rowsOfPiece = 64
  /// Training images whose whole products are made at once.
  private static let rowsOfProduct = 64
  /// Of single precision.
  private static let unitRoundoff = 0x1p-24

  private let training: RawExamples
  private let versions: ImageVersions
  private let mean: [Float]
  /// B, shape [K, D].
  private let directions: [Float]
  /// Bu and the length of the rest, shape [N, K + 1].
  private let short: [Float]
  /// |u|² of the part that a shift covers, less what rounding adds to a bound, shape [shifts, N].
  private let coveredEnergies: [Float]
  /// |u|².
  private let energies: [Float]
  private let count: Int
  private let size: Int
  private let rank: Int

  /// - Throws: `Unavailable` when LAPACK fails; `Stopped`.
  init(_ training: RawExamples, threads: Threads) throws {
    // Asked first, as it also keeps OpenBLAS from starting threads of its own.
    let callers = threads.callingBLAS
    let (count, size) = (training.count, training.size)
    let versions = ImageVersions(shape: training.shape)
    let mean = training.meanExample
    let directions = try Self.directions(training, mean)
    let rank = directions.count / size
    var short = [Float](repeating: 0, count: count * (rank + 1))
    var covered = [Float](repeating: 0, count: versions.shifts.count * count)
    var whole = [Float](repeating: 0, count: count)
    let slack = Self.productSlack(rank + 1)
    try short.withUnsafeMutableBufferPointer { short in
      try covered.withUnsafeMutableBufferPointer { covered in
        try whole.withUnsafeMutableBufferPointer { whole in
          guard let short = short.baseAddress else { return }
          try inParallel(pieceCount(count, size: Self.rowsOfPiece), threads: callers) { piece in
            let rows = rows(of: piece, size: Self.rowsOfPiece, count: count)
            withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * size) { moved in
              guard let moved = moved.baseAddress else { return }
              let energies = training.move(rows, from: mean, to: moved)
              Self.shorten(
                moved, energies, by: directions, size: size,
                to: short + rows.lowerBound * (rank + 1))
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
    (self.training, self.versions, self.mean, self.directions) =
      (training, versions, mean, directions)
    (self.short, coveredEnergies, energies) = (short, covered, whole)
    (self.count, self.size, self.rank) = (count, size, rank)
  }

  /// See `ShiftedSearch.neighbors`.
  func neighbors(of generated: RawExamples, k: Int, threads: Threads) throws -> [[ShiftedNeighbor]]
  {
    var found = [[ShiftedNeighbor]](repeating: [], count: generated.count)
    try found.withUnsafeMutableBufferPointer { found in
      try inParallel(generated.count, threads: threads.callingBLAS) { row in
        found[row] = generated.withRow(row) { nearest(to: $0, k: min(k, count)) }
      }
    }
    return found
  }

  private func nearest(to image: UnsafePointer<Float>, k: Int) -> [ShiftedNeighbor] {
    let ways = versions.all.count
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * ways * size) { images in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: (ways + 1) * count) { bounds in
        guard let written = images.baseAddress, let bounds = bounds.baseAddress else { return [] }
        versions.write(image, rest: mean, to: written)
        let moved = written + ways * size
        let energies = (0..<ways).map { way in
          lethe_difference(written + way * size, mean, moved + way * size, Int64(size))
        }
        let laid = LaidImage(written: written, moved: moved, energies: energies)
        let least = bounds + ways * count
        fill(bounds, least: least, laid)
        return select(k, laid, least)
      }
    }
  }

  /// Writes lower bounds of the squared distances, shape [versions, N], and the least of each image.
  private func fill(
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

  /// Measures images, first those with the least bounds, until none can be among the nearest.
  private func select(
    _ k: Int, _ laid: LaidImage, _ least: UnsafeMutablePointer<Float>
  ) -> [ShiftedNeighbor] {
    var list = ShiftedShortList(k: k)
    let limit = max(k, Self.rowsOfProduct)
    withUnsafeTemporaryAllocation(
      of: Float.self, capacity: Self.rowsOfProduct * (size + versions.all.count)
    ) { memory in
      guard let memory = memory.baseAddress else { return }
      var rows = leastRows(limit, least)
      for row in rows { least[row] = .infinity }
      var next = 0
      while !rows.isEmpty {
        for start in stride(from: 0, to: rows.count, by: Self.rowsOfProduct) {
          let part = rows[start..<min(rows.count, start + Self.rowsOfProduct)]
          measure(Array(part), laid, memory, &list)
        }
        rows.removeAll(keepingCapacity: true)
        while next < count, rows.count < Self.rowsOfProduct {
          if Double(least[next]) <= list.limit { rows.append(next) }
          next += 1
        }
      }
    }
    return list.neighbors
  }

  /// Measures some images, as far as they can be among the nearest.
  ///
  /// - Parameter memory: For the images and their products with all versions.
  private func measure(
    _ rows: [Int], _ laid: LaidImage, _ memory: UnsafeMutablePointer<Float>,
    _ list: inout ShiftedShortList
  ) {
    let ways = versions.all.count
    let products = memory + rows.count * size
    for (index, row) in rows.enumerated() {
      _ = training.move(row..<row + 1, from: mean, to: memory + index * size)
    }
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count), Int32(ways), Int32(size), 1,
      memory, Int32(size), laid.moved, Int32(size), 0, products, Int32(ways))
    for (index, row) in rows.enumerated() {
      let found = nearestVersion(to: row, list.limit, laid, products + index * ways)
      if let found { list.insert(found) }
    }
  }

  /// The best version for a training image; nil if all are farther than the limit.
  ///
  /// - Parameter products: Of the training image with all versions.
  private func nearestVersion(
    to row: Int, _ limit: Double, _ laid: LaidImage, _ products: UnsafePointer<Float>
  ) -> ShiftedNeighbor? {
    let slack = Self.productSlack(size)
    var best = limit
    var found: ImageVersions.Version?
    for (way, version) in versions.all.enumerated() {
      // The energy that is covered has a slack already.
      let covered = Double(coveredEnergies[version.shift * count + row])
      let low =
        laid.energies[way] * (1 - slack) + covered - slack * Double(energies[row])
        - 2 * Double(products[way])
      guard low * version.scale <= best else { continue }
      let square = training.withRow(row) {
        versions.square(laid.written + way * size, way, $0)
      }
      // Versions that are as good but for rounding are no reason to leave the plainer one.
      if found == nil ? square <= best : square < best * (1 - 1e-12) {
        (best, found) = (square, version)
      }
    }
    return found.map {
      ShiftedNeighbor(
        index: row, square: best,
        alignment: .image(down: $0.down, right: $0.right, isMirrored: $0.isMirrored))
    }
  }

  /// Rows with the least bounds, from the least.
  private func leastRows(_ k: Int, _ least: UnsafePointer<Float>) -> [Int] {
    var rows: [Int] = []
    for row in 0..<count {
      if rows.count == k {
        guard least[row] < least[rows[k - 1]] else { continue }
        rows.removeLast()
      }
      var place = rows.count
      while place > 0, least[rows[place - 1]] > least[row] { place -= 1 }
      rows.insert(row, at: place)
    }
    return rows
  }

  /// Writes the coordinates of images along the directions, and the length of what is left, which is made no
  /// smaller by rounding.
  ///
  /// - Parameters:
  ///   - images: Shape [energies, D].
  ///   - energies: Their squared lengths.
  ///   - target: Shape [energies, K + 1].
  private static func shorten(
    _ images: UnsafePointer<Float>, _ energies: [Double], by directions: [Float], size: Int,
    to target: UnsafeMutablePointer<Float>
  ) {
    let rank = directions.count / size
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(energies.count), Int32(rank), Int32(size), 1,
      images, Int32(size), directions, Int32(size), 0, target, Int32(rank + 1))
    // |Bx| may be too large by rounding of each coordinate and of the directions themselves.
    let slack = 2 * (Double(rank).squareRoot() * Double(size + 8) + Double(rank)) * unitRoundoff
    for (row, energy) in energies.enumerated() {
      let coordinates = target + row * (rank + 1)
      var seen = 0.0
      for index in 0..<rank { seen += Double(coordinates[index]) * Double(coordinates[index]) }
      coordinates[rank] = Float(max(0, energy * (1 + slack) - seen).squareRoot()).nextUp
    }
  }

  /// What rounding can add to a bound by products of `width` numbers, as a share of |x|² + |u|².
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

/// A generated image in all versions.
private struct LaidImage {
  /// As `ImageVersions` writes it, shape [versions, H, W, C].
  let written: UnsafePointer<Float>
  /// The same less the mean training image.
  let moved: UnsafePointer<Float>
  /// Squared lengths of the moved versions.
  let energies: [Double]
}

extension RawExamples {
  /// The mean of all examples.
  fileprivate var meanExample: [Float] {
    var sums = [Double](repeating: 0, count: size)
    values.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        for row in 0..<count {
          for index in 0..<size { sums[index] += Double(values[row * size + index]) }
        }
      }
    }
    return sums.map { Float($0 / Double(count)) }
  }

  /// Writes some examples less another.
  ///
  /// - Returns: Their squared lengths.
  fileprivate func move(
    _ rows: Range<Int>, from center: [Float], to target: UnsafeMutablePointer<Float>
  ) -> [Double] {
    rows.enumerated().map { index, row in
      withRow(row) { lethe_difference($0, center, target + index * size, Int64(size)) }
    }
  }

  /// Lends one example's values.
  func withRow<Result>(_ row: Int, _ body: (UnsafePointer<Float>) -> Result) -> Result {
    values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { preconditionFailure("an example has values") }
      return body(base + row * size)
    }
  }
}
