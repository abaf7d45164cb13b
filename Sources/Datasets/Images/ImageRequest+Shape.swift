internal import Media
internal import Complaints

extension ImageRequest {
  /// The side of the images as they are stored and their channels, by headers alone; nil for built-in data, which have
  /// any. Of images that are not square it is the shorter side, to whose square they are cropped.
  ///
  /// - Throws: `DataError` if a header cannot be read, or what the request leaves open differs between images.
  public func storedSquare() throws -> (side: Int, channels: Int)? {
    try storedShape().map { (min($0.height, $0.width), $0.channels) }
  }

  private func storedShape() throws -> ImageShape? {
    switch source {
    case .builtIn: return nil
    case .array(let array): return ImageArray(array).shape
    case .classes(let classes): return try commonShape(of: classes)
    case .path(let path):
      let files = try ImageFiles(path, skipBroken: skipBroken)
      return try files.format.shape(of: files.listing.paths, request: self)
    }
  }

  private func commonShape(of classes: [ExampleClass]) throws -> ImageShape? {
    var first: (name: String, square: (side: Int, channels: Int))?
    var shape: ImageShape?
    for part in classes {
      var own = self
      own.source = part.source
      guard let square = try own.storedSquare() else { continue }
      if let first {
        guard size != nil || square.side == first.square.side,
          channels != nil || square.channels == first.square.channels
        else {
          throw DataError(
            file: own.name,
            problem: "expected a side of \(first.square.side) pixels and \(first.square.channels) "
              + "channels, as in the class \(first.name), found \(square.side) and "
              + "\(square.channels); set size and channels")
        }
      } else {
        first = (part.name, square)
        shape = ImageShape(height: square.side, width: square.side, channels: square.channels)
      }
    }
    return shape
  }
}
