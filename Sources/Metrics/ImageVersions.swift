internal import MetricsKernels

/// The shifts and mirrorings under which a generated image is compared with training images.
struct ImageVersions: Sendable {
  /// A shift of an image or of its mirror image.
  struct Version: Sendable {
    let down: Int
    let right: Int
    let isMirrored: Bool
    /// Position of the shift in `shifts`.
    let shift: Int
    /// Factor that scales the squared distance of the overlap to the whole area.
    let scale: Double
  }

  /// Shifts in pixels down and right, the smallest first.
  let shifts: [(down: Int, right: Int)]
  /// All versions: those of the image, then those of its mirror image, the smallest shifts first.
  let all: [Version]
  let height: Int
  let width: Int
  let channels: Int
  private static let largestShift = 2
  /// A shift is at most a side divided by this.
  private static let sidePart = 8

  /// Lists the versions of images of one shape.
  ///
  /// - Parameter shape: Shape of an image, [H, W, C].
  init(shape: [Int]) {
    let (height, width) = (shape[0], shape[1])
    (self.height, self.width, channels) = (height, width, shape[2])
    let down = min(Self.largestShift, height / Self.sidePart)
    let right = min(Self.largestShift, width / Self.sidePart)
    let shifts = (-down...down).flatMap { y in (-right...right).map { (down: y, right: $0) } }
      .enumerated()
      .sorted {
        (abs($0.1.down) + abs($0.1.right), $0.0) < (abs($1.1.down) + abs($1.1.right), $1.0)
      }
      .map { $0.1 }
    self.shifts = shifts
    all = (width > 1 ? [false, true] : [false]).flatMap { isMirrored in
      shifts.enumerated().map { index, shift in
        let overlap = (height - abs(shift.down)) * (width - abs(shift.right))
        return Version(
          down: shift.down, right: shift.right, isMirrored: isMirrored, shift: index,
          scale: Double(height * width) / Double(overlap))
      }
    }
  }

  /// Numbers in an image.
  var size: Int { height * width * channels }

  /// Rows and columns of the training image that a shifted image covers.
  func covered(_ shift: (down: Int, right: Int)) -> (rows: Range<Int>, columns: Range<Int>) {
    // Pixel (y, x) of the training image is compared with (y + down, x + right).
    (
      max(0, -shift.down)..<min(height, height - shift.down),
      max(0, -shift.right)..<min(width, width - shift.right)
    )
  }

  /// Writes all versions of an image. Pixels that a version does not cover are taken from another image.
  ///
  /// - Parameters:
  ///   - image: Shape [H, W, C].
  ///   - rest: The other image, of the same shape.
  ///   - target: Shape [versions, H, W, C].
  func write(
    _ image: UnsafePointer<Float>, rest: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { mirrored in
      guard let mirrored = mirrored.baseAddress else { return }
      mirror(image, to: mirrored)
      for (index, version) in all.enumerated() {
        let from = version.isMirrored ? UnsafePointer(mirrored) : image
        let to = target + index * size
        let (rows, columns) = covered((version.down, version.right))
        let isPartial = rows.count < height || columns.count < width
        if isPartial { to.update(from: rest, count: size) }
        for y in rows {
          (to + (y * width + columns.lowerBound) * channels).update(
            from: from
              + ((y + version.down) * width + columns.lowerBound + version.right) * channels,
            count: columns.count * channels)
        }
      }
    }
  }

  private func mirror(_ image: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
    for y in 0..<height {
      for x in 0..<width {
        (target + (y * width + x) * channels).update(
          from: image + (y * width + width - 1 - x) * channels, count: channels)
      }
    }
  }

  /// The squared distance between a version of an image and a training image, in double precision, scaled
  /// to the whole area.
  ///
  /// - Parameter version: Shape [H, W, C], as `write` writes it.
  func square(
    _ version: UnsafePointer<Float>, _ index: Int, _ training: UnsafePointer<Float>
  ) -> Double {
    let (rows, columns) = covered((all[index].down, all[index].right))
    let corner = (rows.lowerBound * width + columns.lowerBound) * channels
    return all[index].scale
      * lethe_overlap_distance(
        version + corner, training + corner, Int64(rows.count), Int64(columns.count * channels),
        Int64(width * channels), nil)
  }

  /// The part of an image's energy that each shift covers.
  ///
  /// - Parameter image: Shape [H, W, C].
  /// - Returns: Sums of squares, shape [shifts].
  func coveredEnergies(_ image: UnsafePointer<Float>) -> [Double] {
    // sums[y][x] is the energy of all pixels above and left of (y, x).
    var sums = [Double](repeating: 0, count: (height + 1) * (width + 1))
    for y in 0..<height {
      var row = 0.0
      for x in 0..<width {
        for channel in 0..<channels {
          let value = Double(image[(y * width + x) * channels + channel])
          row += value * value
        }
        sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row
      }
    }
    return shifts.map { shift in
      let (rows, columns) = covered(shift)
      func sum(_ y: Int, _ x: Int) -> Double { sums[y * (width + 1) + x] }
      return sum(rows.upperBound, columns.upperBound) - sum(rows.lowerBound, columns.upperBound)
        - sum(rows.upperBound, columns.lowerBound) + sum(rows.lowerBound, columns.lowerBound)
    }
  }
}
