internal import Media

/// One of the kinds of image that the built-in data set `shapes` consists of: a shape, a colour and a
/// size. Example `i` of the data set is of mode `i mod count`.
///
/// Every image is one filled figure on black. Its centre lies up to a tenth of the side from the middle
/// along each axis, and its edges are smoothed.
public struct ShapesMode: Hashable, Sendable {
  /// Form of the figure. Its centre is the centroid, and r is the radius of its `Size`.
  public enum Shape: Int, CaseIterable, Sendable {
    /// Radius r.
    case circle
    /// Side 1.7 r, upright.
    case square
    /// Equilateral, pointing up, 1.1 r from the centre to a corner.
    case triangle
    /// Two upright bars of 2 r by 0.6 r.
    case cross
  }

  /// Fill of the figure, as red, green and blue of 8 bits; in images of one channel, a grey instead.
  public enum Color: Int, CaseIterable, Sendable {
    /// 230, 40, 40, or grey 250.
    case red
    /// 40, 200, 60, or grey 218.
    case green
    /// 50, 80, 240, or grey 186.
    case blue
    /// 240, 220, 40, or grey 154.
    case yellow
    /// 220, 60, 220, or grey 122.
    case magenta
    /// 50, 210, 230, or grey 90.
    case cyan

    /// The fill's 8-bit values, one for each channel.
    package func values(channels: Int) -> [UInt8] {
      if channels == 1 { return [UInt8(250 - 32 * rawValue)] }
      return switch self {
      case .red: [230, 40, 40]
      case .green: [40, 200, 60]
      case .blue: [50, 80, 240]
      case .yellow: [240, 220, 40]
      case .magenta: [220, 60, 220]
      case .cyan: [50, 210, 230]
      }
    }
  }

  /// Radius r of the figure, as a share of the image's side.
  public enum Size: Int, CaseIterable, Sendable {
    /// r = 0.20.
    case small
    /// r = 0.36.
    case large

    /// The radius as a share of the image's side.
    package var radius: Double { self == .small ? 0.20 : 0.36 }
  }

  /// Form of the figure.
  public let shape: Shape
  /// Fill of the figure.
  public let color: Color
  /// Size of the figure.
  public let size: Size

  /// Makes the mode of a shape, a colour and a size.
  package init(shape: Shape, color: Color, size: Size) {
    (self.shape, self.color, self.size) = (shape, color, size)
  }

  /// All modes, in the order of their numbers.
  public static let all: [ShapesMode] = Size.allCases.flatMap { size in
    Color.allCases.flatMap { color in
      Shape.allCases.map { ShapesMode(shape: $0, color: color, size: size) }
    }
  }

  /// The number of modes, 48.
  public static var count: Int { all.count }

  /// The mode of the data set's example `index`.
  public static func ofExample(_ index: Int) -> ShapesMode { all[index % count] }

  /// This mode's place in `all`.
  public var number: Int {
    (size.rawValue * Color.allCases.count + color.rawValue) * Shape.allCases.count + shape.rawValue
  }
}

extension ShapesMode {
  /// The figures as classes.
  ///
  /// - Parameter valid: Numbers of examples.
  static func labels(_ valid: [Int]) -> PoolLabels {
    PoolLabels(valid, names: Shape.allCases.map { "\($0)" }) { ofExample($0).shape.rawValue }
  }
}
