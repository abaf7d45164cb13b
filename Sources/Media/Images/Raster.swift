/// The numbers of one or more images, in the precision of their source.
public enum Samples: Sendable, Equatable {
  /// 8-bit sources; 0 is black and 255 is white.
  case bytes([UInt8])
  /// All other sources; 0 is black and 1 is white.
  case floats([Float])

  /// Concatenates numbers: as floats if all are floats, otherwise all in 8 bits.
  package init(joining parts: [Samples]) {
    let floats = parts.compactMap { part -> [Float]? in
      if case .floats(let values) = part { values } else { nil }
    }
    if floats.count == parts.count {
      self = .floats(floats.flatMap(\.self))
    } else {
      self = .bytes(parts.flatMap(\.inEightBits))
    }
  }

  /// Count of the numbers.
  package var count: Int {
    switch self {
    case .bytes(let values): values.count
    case .floats(let values): values.count
    }
  }

  private var inEightBits: [UInt8] {
    switch self {
    case .bytes(let values): values
    case .floats(let values): values.map { UInt8(unit: $0) }
    }
  }
}

/// The interval that black to white is mapped to.
public enum ValueRange: Sendable {
  /// Black is 0, white is 1.
  case unit
  /// Black is −1, white is 1.
  case symmetric
}

/// Extents of one image, channels last: [H, W, C].
package struct ImageShape: Equatable, Sendable {
  /// Rows.
  package var height: Int
  /// Pixels in a row.
  package var width: Int
  /// Channels, the numbers of a pixel: 1 (grey) or 3 (red, green, blue).
  package var channels: Int

  /// Makes a shape of its extents.
  package init(height: Int, width: Int, channels: Int) {
    (self.height, self.width, self.channels) = (height, width, channels)
  }

  /// Count of numbers in the image.
  package var count: Int { height * width * channels }
}

/// One image, shape [H, W, C], channels last.
public struct Raster: Sendable, Equatable {
  /// Rows.
  public let height: Int
  /// Pixels in a row.
  public let width: Int
  /// 1 (grey) or 3 (red, green, blue).
  public let channels: Int
  /// Pixels, row after row.
  public let samples: Samples

  /// The extents as one value.
  package var shape: ImageShape { ImageShape(height: height, width: width, channels: channels) }

  /// Wraps pixels that lie as [H, W, C].
  public init(height: Int, width: Int, channels: Int, samples: Samples) {
    precondition(height > 0 && width > 0, "an image needs at least one pixel")
    precondition(channels == 1 || channels == 3, "an image has 1 or 3 channels")
    precondition(samples.count == height * width * channels, "samples do not fill the image")
    self.height = height
    self.width = width
    self.channels = channels
    self.samples = samples
  }

  /// Rounds floats to 8 bits; values outside `range` are clamped, NaN becomes black.
  ///
  /// - Parameter values: Shape [H, W, C].
  public init(
    height: Int, width: Int, channels: Int, values: some Sequence<Float>, range: ValueRange
  ) {
    let bytes = values.map { UInt8(unit: range == .unit ? $0 : ($0 + 1) / 2) }
    self.init(height: height, width: width, channels: channels, samples: .bytes(bytes))
  }
}

/// An element type that images are stored in.
package protocol PixelSample: Sendable {
  /// Converts an 8-bit value.
  init(byte: UInt8)
  /// Converts a value of 0…1.
  init(unit: Float)
  /// Converts an average of `number`s, rounded where the type needs it.
  init(average: Double)
  /// The value on this type's own scale.
  var number: Double { get }
}

extension UInt8: PixelSample {
  /// The byte itself.
  package init(byte: UInt8) { self = byte }

  /// The nearest byte to 255 times a value of 0…1; values outside are clamped, NaN becomes black.
  package init(unit: Float) {
    // Written so that NaN takes the last branch.
    let clamped = unit > 0 ? (unit < 1 ? unit : 1) : 0
    self = UInt8(clamped * 255 + 0.5)
  }

  /// The nearest byte.
  package init(average: Double) { self = UInt8(average + 0.5) }

  /// The byte as a number.
  package var number: Double { Double(self) }
}

extension Float: PixelSample {
  /// The byte divided by 255.
  package init(byte: UInt8) { self = Float(byte) / 255 }
  /// The value itself.
  package init(unit: Float) { self = unit }
  /// The average itself.
  package init(average: Double) { self = Float(average) }
  /// The value as a number.
  package var number: Double { Double(self) }
}
