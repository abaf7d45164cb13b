extension Raster {
  /// Crops the centred square whose side is the shorter side, and averages it by area to
  /// [side, side, C].
  ///
  /// Each new pixel is the mean of the old pixels under it, where one that is covered in part counts in
  /// part. Sums of bytes are whole numbers, so that only the last division rounds. Integer ratios are
  /// exact; enlarging by an integer repeats pixels. An odd margin loses its extra row or column at the
  /// bottom or right.
  public func resized(side: Int) -> Raster {
    let resized: Samples =
      switch samples {
      case .bytes(let values): .bytes(areaAverage(values, side: side))
      case .floats(let values): .floats(areaAverage(values, side: side))
      }
    return Raster(height: side, width: side, channels: channels, samples: resized)
  }

  private func areaAverage<Element: PixelSample>(_ source: [Element], side: Int) -> [Element] {
    let square = min(height, width)
    let (top, left) = ((height - square) / 2, (width - square) / 2)
    let cover = Coverage(from: square, to: side)
    let rowCount = side * channels
    var sums = [Double](repeating: 0, count: side * rowCount)
    var row = [Double](repeating: 0, count: rowCount)
    for y in 0..<square {
      let start = ((top + y) * width + left) * channels
      cover.sumColumns(of: source, from: start, channels: channels, into: &row)
      for target in cover.targets(of: y) {
        let weight = Double(cover.overlap(source: y, target: target))
        for index in 0..<rowCount { sums[target * rowCount + index] += weight * row[index] }
      }
    }
    // Sums are whole numbers for bytes, so only this division rounds.
    let area = Double(square) * Double(square)
    return sums.map { Element(average: $0 / area) }
  }
}

/// The overlap of `to` new pixels with the `from` old pixels of one axis, in whole units: an old pixel is
/// `to` units long and a new one `from` units. From 3 to 2 pixels, the first new pixel covers 2 units of
/// the first old pixel and 1 of the second.
private struct Coverage {
  let from: Int
  let to: Int

  /// Units that an old and a new pixel have in common.
  func overlap(source: Int, target: Int) -> Int {
    min((source + 1) * to, (target + 1) * from) - max(source * to, target * from)
  }

  /// Indices of the new pixels over an old one.
  func targets(of source: Int) -> Range<Int> {
    source * to / from..<((source + 1) * to + from - 1) / from
  }

  /// Sums one row's old pixels into new ones; `row` has shape [to, C].
  func sumColumns<Element: PixelSample>(
    of source: [Element], from start: Int, channels: Int, into row: inout [Double]
  ) {
    for target in 0..<to {
      let columns = target * from / to..<((target + 1) * from + to - 1) / to
      for channel in 0..<channels {
        var sum = 0.0
        for x in columns {
          let value = source[start + x * channels + channel].number
          sum += Double(overlap(source: x, target: target)) * value
        }
        row[target * channels + channel] = sum
      }
    }
  }
}
