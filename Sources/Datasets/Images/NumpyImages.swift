internal import Complaints
internal import Files
internal import Media

/// Images in NumPy's array files.
struct NumpyImages: ImageFormat {
  let fileName: String? = ".npy"

  func recognizes(_ path: String, start: [UInt8]) -> Bool {
    start.starts(with: NumpyHeader.magic) || path.hasSuffix(".npy")
  }

  func shapes(of paths: [String]) throws -> [(shape: ImageShape, count: Int)] {
    let (count, image) = try Self.imageShape(paths[0])
    return [(image, count)]
  }

  func load(
    _ paths: [String], request: ImageRequest, progress: LoadProgress?
  ) throws -> ImagePool {
    try .convert(Self.images(paths[0]), request: request, progress: progress)
  }

  /// Reads images from an array [N, H, W] or [N, H, W, C].
  ///
  /// Floats must lie in 0…1, or in −1…1 if any is negative; −1…1 is mapped to 0…1.
  ///
  /// - Throws: The errors of `read`, and `DataError` if the rank, the channels or a value do not fit.
  private static func images(_ path: String) throws -> ImageArray {
    let (count, image) = try imageShape(path)
    var samples = try NumpyFile.read(path).samples
    if case .floats(let values) = samples {
      samples = .floats(try unitValues(values, rowCount: image.count, path))
    }
    return ImageArray(count: count, shape: image, samples: samples)
  }

  /// Reads the number of images in an array, and their shape, from its header.
  ///
  /// - Throws: `DataError` if the rank or the channels do not fit, or there are no images; the errors of
  ///   `NumpyHeader`.
  private static func imageShape(_ path: String) throws -> (count: Int, image: ImageShape) {
    let shape = try NumpyHeader(FileReader(path), accepting: NumpyFile.images).shape
    let channels = shape.count == 4 ? shape[3] : 1
    guard shape.count == 3 || shape.count == 4, channels == 1 || channels == 3 else {
      throw DataError(
        file: path,
        problem: "expected images of shape [N, H, W] or [N, H, W, C] with C 1 or 3, "
          + "found the shape \(numpyShape(shape))")
    }
    guard !shape.contains(0) else {
      throw DataError(
        file: path, problem: "expected at least one image, found the shape \(numpyShape(shape))")
    }
    return (shape[0], ImageShape(height: shape[1], width: shape[2], channels: channels))
  }

  private static func unitValues(_ values: [Float], rowCount: Int, _ path: String) throws -> [Float]
  {
    let isSymmetric = values.contains { $0 < 0 }
    let lowest: Float = isSymmetric ? -1 : 0
    // NaN fails this comparison too.
    if let bad = values.firstIndex(where: { !($0 >= lowest && $0 <= 1) }) {
      throw DataError(
        file: path,
        problem: "row \(bad / rowCount) holds \(values[bad]): expected values from 0 to 1, "
          + "or from -1 to 1 if some are negative")
    }
    return isSymmetric ? values.map { ($0 + 1) / 2 } : values
  }
}
