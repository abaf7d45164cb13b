/// A colour picture that is drawn pixel by pixel, white at first.
struct Canvas {
  private let width: Int
  private let height: Int
  private var pixels: [UInt8]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    pixels = [UInt8](repeating: 255, count: width * height * 3)
  }

  /// The finished picture.
  var raster: Raster {
    Raster(height: height, width: width, channels: 3, samples: .bytes(pixels))
  }

  /// Colours a pixel; pixels outside the canvas are ignored.
  mutating func set(_ x: Int, _ y: Int, _ color: [UInt8]) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    for channel in 0..<3 { pixels[(y * width + x) * 3 + channel] = color[channel] }
  }

  /// Fills a rectangle.
  mutating func fill(x: Range<Int>, y: Range<Int>, _ color: [UInt8]) {
    for row in y {
      for column in x { set(column, row, color) }
    }
  }

  /// Writes a text in black, from its top left corner on.
  mutating func write(_ text: String, left: Int, top: Int) {
    for pixel in PixelText.pixels(text) { set(left + pixel.x, top + pixel.y, [0, 0, 0]) }
  }
}
