/// Lays images out as a grid.
public enum ImageSheet {
  /// Width of the white border around and between images, in pixels.
  static let padding = 2

  /// Composes images of one size, row after row, into one picture.
  ///
  /// - Parameters:
  ///   - values: N images, shape [N, H, W, C].
  ///   - range: Interval from black to white in `values`; values outside are clamped.
  ///   - columns: Images in a row; if nil, the grid is about square.
  /// - Returns: An 8-bit picture.
  public static func compose(
    _ values: UnsafeBufferPointer<Float>, height: Int, width: Int, channels: Int,
    range: ValueRange, columns: Int? = nil
  ) -> Raster {
    let imageCount = height * width * channels
    let count = values.count / imageCount
    precondition(count > 0 && count * imageCount == values.count, "values are not whole images")
    let columns = columns ?? Int(Double(count).squareRoot().rounded(.up))
    precondition(columns > 0, "a sheet needs at least one column")
    let rows = (count + columns - 1) / columns
    let (sheetHeight, sheetWidth) = (
      rows * (height + padding) + padding, columns * (width + padding) + padding
    )
    var bytes = [UInt8](repeating: 255, count: sheetHeight * sheetWidth * channels)
    for image in 0..<count {
      let top = image / columns * (height + padding) + padding
      let left = image % columns * (width + padding) + padding
      for y in 0..<height {
        let source = image * imageCount + y * width * channels
        let target = ((top + y) * sheetWidth + left) * channels
        for index in 0..<width * channels {
          let value = values[source + index]
          bytes[target + index] = UInt8(unit: range == .unit ? value : (value + 1) / 2)
        }
      }
    }
    return Raster(
      height: sheetHeight, width: sheetWidth, channels: channels, samples: .bytes(bytes))
  }
}
