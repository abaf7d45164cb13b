internal import Media
internal import Complaints

extension ImageRequest {
  /// Side and channels of the square images, from headers alone; nil for built-in data, which come in any
  /// size. The side of images that are not square is the shorter one, since they are cropped to its square.
  /// For folders of pictures and for classes of them, the size and channels of the request take precedence.
  ///
  /// - Throws: `DataError` or `FileError` if a header cannot be read; `DataError` if what the request
  ///   leaves open differs between images.
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
