internal import Media
internal import Complaints

/// A request for images: which to load, and how.
public struct ImageRequest: Sendable {
  /// Source of the images.
  public var source: ExampleSource
  /// Side in pixels that images are cropped and resized to. Nil keeps the size of the data, which must then
  /// be the same for all; for `shapes` it means 32.
  public var size: Int?
  /// Channels, 1 or 3. Nil keeps those of the data, 3 if any image has colour; for `shapes` it means 3.
  public var channels: Int?
  /// Cache of decoded files; none by default.
  public var cache: DataCache?
  /// Origin of the classes; none by default.
  public var labels = ClassLabels.none
  /// How the examples are divided into sets.
  public var sets: SetChoices
  /// True to leave broken files out and record them, instead of failing.
  public var skipBroken: Bool
  /// Number of examples of `shapes`, those held out included.
  public var shapesCount: Int

  /// Creates a request; see the properties.
  public init(
    source: ExampleSource, size: Int? = nil, channels: Int? = nil, limit: Int? = nil,
    holdout: Double = 0, skipBroken: Bool = false, shapesCount: Int = 4000
  ) {
    self.source = source
    self.size = size
    self.channels = channels
    sets = SetChoices(limit: limit, holdout: holdout)
    self.skipBroken = skipBroken
    self.shapesCount = shapesCount
  }

  private static let sideLimit = 8192

  /// Name of the source in errors.
  var name: String { source.name(builtIn: "shapes") }

  func validate() throws {
    if let size {
      let sides = 1...Self.sideLimit
      try require(sides.contains(size), "size", "a side of 1 to \(Self.sideLimit)", "\(size)")
    }
    if let channels {
      try require(channels == 1 || channels == 3, "channels", "1 or 3", "\(channels)")
    }
    try validateSplit()
    try require(shapesCount > 0, "shapes", "a positive number of examples", "\(shapesCount)")
  }
}
