extension Raster {
  /// Converts an image to 1 or 3 channels.
  ///
  /// Grey to colour repeats the value. Colour to grey is the luma of Rec. 601,
  /// 0.299 R + 0.587 G + 0.114 B, with the 16-bit weights that Pillow's `convert("L")` uses for bytes.
  package func converted(channels target: Int) -> Raster {
    guard target != channels else { return self }
    let converted: Samples =
      switch samples {
      case .bytes(let values): .bytes(target == 1 ? Self.luma(values) : Self.replicated(values))
      case .floats(let values): .floats(target == 1 ? Self.luma(values) : Self.replicated(values))
      }
    return Raster(height: height, width: width, channels: target, samples: converted)
  }

  /// Converts an image to `shape`: channels first, then crop and area average.
  package func converted(to shape: ImageShape) -> Raster {
    let raster = converted(channels: shape.channels)
    guard raster.shape != shape else { return raster }
    precondition(shape.height == shape.width, "images are only resized to squares")
    return raster.resized(side: shape.height)
  }

  /// Writes the pixels, converted to an element type.
  package func write<Element: PixelSample>(to target: UnsafeMutablePointer<Element>) {
    switch samples {
    case .bytes(let values):
      for index in values.indices { target[index] = Element(byte: values[index]) }
    case .floats(let values):
      for index in values.indices { target[index] = Element(unit: values[index]) }
    }
  }

  private static func replicated<Element>(_ values: [Element]) -> [Element] {
    [Element](unsafeUninitializedCapacity: values.count * 3) { buffer, count in
      for index in values.indices {
        for copy in 0..<3 { buffer.initializeElement(at: index * 3 + copy, to: values[index]) }
      }
      count = values.count * 3
    }
  }

  private static func luma(_ rgb: [UInt8]) -> [UInt8] {
    (0..<rgb.count / 3).map { pixel in
      let (red, green, blue) = (rgb[pixel * 3], rgb[pixel * 3 + 1], rgb[pixel * 3 + 2])
      let sum = 19_595 * UInt32(red) + 38_470 * UInt32(green) + 7_471 * UInt32(blue)
      return UInt8((sum + 0x8000) >> 16)
    }
  }

  private static func luma(_ rgb: [Float]) -> [Float] {
    (0..<rgb.count / 3).map { pixel in
      0.299 * rgb[pixel * 3] + 0.587 * rgb[pixel * 3 + 1] + 0.114 * rgb[pixel * 3 + 2]
    }
  }
}
