/// The way in which a picture is stored: what has to be done to its rows and columns to see it upright. The
/// numbers are those of EXIF's tag 0x0112.
///
/// Source: CIPA DC-008 (EXIF 2.3), §4.6.4.
enum Orientation: Int {
  case upright = 1
  case mirrored
  case halfTurn
  case flipped
  case transposed
  case quarterTurn
  case transversed
  case threeQuarterTurn

  /// True where rows of the stored picture are columns of the upright one.
  var exchangesAxes: Bool { rawValue >= Self.transposed.rawValue }

  /// True where the stored rows run from the other end.
  var reversesRows: Bool {
    [.halfTurn, .flipped, .quarterTurn, .transversed].contains(self)
  }

  /// True where the stored columns run from the other end.
  var reversesColumns: Bool {
    [.mirrored, .halfTurn, .transversed, .threeQuarterTurn].contains(self)
  }

  private static let tag = 0x0112
  private static let shortType = 3

  /// Reads the orientation from EXIF data; nil where they have none, or are damaged: they are about the
  /// picture, and the picture is whole without them.
  ///
  /// - Parameter tiff: The data behind `Exif` and two zeros: a TIFF file without a picture.
  init?(tiff: [UInt8]) {
    guard tiff.count >= 8, tiff[0] == tiff[1], let isBig = [0x4D: true, 0x49: false][tiff[0]] else {
      return nil
    }
    func number(_ offset: Int, _ count: Int) -> Int? {
      guard offset >= 0, offset <= tiff.count - count else { return nil }
      let bytes = tiff[offset..<offset + count]
      return (isBig ? Array(bytes) : bytes.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(2, 2) == 42, let start = number(4, 4), let count = number(start, 2) else {
      return nil
    }
    for entry in 0..<count {
      let place = start + 2 + 12 * entry
      guard let name = number(place, 2) else { return nil }
      guard name == Self.tag else { continue }
      guard number(place + 2, 2) == Self.shortType, number(place + 4, 4) == 1 else { return nil }
      guard let value = number(place + 8, 2) else { return nil }
      self.init(rawValue: value)
      return
    }
    return nil
  }
}

extension Raster {
  /// The picture as it is to be seen, of one that is stored in an orientation.
  func upright(from orientation: Orientation) -> Raster {
    switch samples {
    case _ where orientation == .upright: self
    case .bytes(let values): upright(values, orientation, Samples.bytes)
    case .floats(let values): upright(values, orientation, Samples.floats)
    }
  }

  private func upright<Element>(
    _ values: [Element], _ orientation: Orientation, _ wrap: ([Element]) -> Samples
  ) -> Raster {
    let (rows, columns) = orientation.exchangesAxes ? (width, height) : (height, width)
    let turned = [Element](unsafeUninitializedCapacity: values.count) { buffer, count in
      for y in 0..<rows {
        for x in 0..<columns {
          var (row, column) = orientation.exchangesAxes ? (x, y) : (y, x)
          if orientation.reversesRows { row = height - 1 - row }
          if orientation.reversesColumns { column = width - 1 - column }
          let pixel = (row * width + column) * channels
          for channel in 0..<channels {
            buffer.initializeElement(at: count, to: values[pixel + channel])
            count += 1
          }
        }
      }
    }
    return Raster(height: rows, width: columns, channels: channels, samples: wrap(turned))
  }
}
