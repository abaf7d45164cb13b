internal import Media
internal import Files
internal import Complaints

/// N images of one shape in one block of memory, [N, H, W, C], as array files hold them.
struct ImageArray: Sendable {
  let count: Int
  let shape: ImageShape
  let samples: Samples

  init(count: Int, shape: ImageShape, samples: Samples) {
    (self.count, self.shape, self.samples) = (count, shape, samples)
  }

  /// Rounds images in memory to 8 bits.
  init(_ array: ExampleArray) {
    let shape = ImageShape(
      height: array.shape[0], width: array.shape[1], channels: array.shape[2])
    self.init(
      count: array.values.count / shape.count, shape: shape,
      samples: .bytes(array.values.map { UInt8(unit: $0) }))
  }

  /// Copies one image out.
  func raster(_ index: Int) -> Raster {
    let range = index * shape.count..<(index + 1) * shape.count
    let part: Samples =
      switch samples {
      case .bytes(let values): .bytes(Array(values[range]))
      case .floats(let values): .floats(Array(values[range]))
      }
    return Raster(
      height: shape.height, width: shape.width, channels: shape.channels, samples: part)
  }
}
