internal import CLAPACK
internal import MetricsKernels

/// Nearest training images under shifts and mirroring; see `ShiftedSearch`.
///
/// `ImageShiftBounds` rules out most pairs. The training images that remain get a tighter bound from whole
/// images, in single precision, and those that still may be near are measured in double precision.
struct ImageShiftSearch: Sendable {
  /// Number of training images that are multiplied with all versions at once.
  private static let rowsOfProduct = 64

  private let training: RawExamples
  private let bounds: ImageShiftBounds
  private var versions: ImageVersions { bounds.versions }
  private var count: Int { training.count }
  private var size: Int { training.size }

  /// Prepares the search among training images.
  ///
  /// - Throws: `Unavailable` when LAPACK fails; `Stopped`.
  init(_ training: RawExamples, threads: Threads) throws {
    self.training = training
    bounds = try ImageShiftBounds(training, threads: threads)
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
      withUnsafeTemporaryAllocation(of: Float.self, capacity: (ways + 1) * count) { memory in
        guard let written = images.baseAddress, let each = memory.baseAddress else { return [] }
        versions.write(image, rest: bounds.mean, to: written)
        let moved = written + ways * size
        let energies = (0..<ways).map { way in
          lethe_difference(written + way * size, bounds.mean, moved + way * size, Int64(size))
        }
        let laid = LaidImage(written: written, moved: moved, energies: energies)
        let least = each + ways * count
        bounds.fill(each, least: least, laid)
        return select(k, laid, least)
      }
    }
  }

  /// Measures training images, those with the least bounds first, until no other can be among the nearest.
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

  /// Measures those of some training images that can be among the nearest.
  ///
  /// - Parameter memory: Room for the images and their products with all versions.
  private func measure(
    _ rows: [Int], _ laid: LaidImage, _ memory: UnsafeMutablePointer<Float>,
    _ list: inout ShiftedShortList
  ) {
    let ways = versions.all.count
    let products = memory + rows.count * size
    for (index, row) in rows.enumerated() {
      _ = training.move(row..<row + 1, from: bounds.mean, to: memory + index * size)
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
  /// - Parameter products: Inner products of the training image with all versions.
  private func nearestVersion(
    to row: Int, _ limit: Double, _ laid: LaidImage, _ products: UnsafePointer<Float>
  ) -> ShiftedNeighbor? {
    var best = limit
    var found: ImageVersions.Version?
    for (way, version) in versions.all.enumerated() {
      guard bounds.bound(way: way, row: row, laid, product: products[way]) <= best else { continue }
      let square = training.withRow(row) {
        versions.square(laid.written + way * size, way, $0)
      }
      // Prefers the version that comes first, the unshifted one, on ties up to rounding.
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

  /// The k rows with the least bounds, in ascending order of these.
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
}
