internal import Media
internal import Complaints

/// A folder of files that hold one picture each.
struct PictureFolder: ImageFormat {
  let folderFiles: FileKind? = .pictures

  private struct File {
    let path: String
    let form: PictureForm
  }

  /// Reads all headers, settles on one shape and element type, then decodes on all cores.
  ///
  /// - Parameter paths: Paths of the files, at least one; examples follow their order.
  /// - Throws: The error of the first broken file, unless they are skipped; `DataError` if all are broken,
  ///   or if sizes differ and none was asked for.
  func load(
    _ paths: [String], request: ImageRequest, progress: LoadProgress?
  ) throws -> ImagePool {
    let (files, failures) = try readForms(paths, skipBroken: request.skipBroken)
    guard let first = files.first else { throw DataError.allBroken(request.name, failures) }
    let shape = try commonShape(files, first, request)
    let pool = try ImagePool.collect(
      files.count, as: shape,
      isFloat: files.contains { $0.form.isFloat }, request: request, progress: progress
    ) { try PictureFormats.of(files[$0].path).read(files[$0].path) }
    let skipped = (failures + pool.skipped).sorted { precedes($0.file, $1.file) }
    guard !pool.valid.isEmpty else { throw DataError.allBroken(request.name, skipped) }
    var notes = ImageNotes(to: shape)
    for file in files { notes.add(file.form) }
    return ImagePool(
      shape: pool.shape, samples: pool.samples, valid: pool.valid,
      fileNames: pool.valid.map { files[$0].path }, skipped: skipped,
      notes: notes.lines)
  }

  func shapes(of paths: [String]) throws -> [(shape: ImageShape, count: Int)] {
    try readForms(paths, skipBroken: false).0.map { ($0.form.shape, 1) }
  }

  /// The square shape of the images, from headers alone: the side asked for, or else the shorter side of
  /// the images, to whose square they are cropped.
  ///
  /// - Throws: The errors of `load`, and `DataError` if the request has no size and shorter sides differ.
  func shape(of paths: [String], request: ImageRequest) throws -> ImageShape {
    let (files, failures) = try readForms(paths, skipBroken: request.skipBroken)
    guard let first = files.first else { throw DataError.allBroken(request.name, failures) }
    let side = { (file: File) in min(file.form.shape.height, file.form.shape.width) }
    if request.size == nil, let other = files.first(where: { side($0) != side(first) }) {
      throw DataError(
        file: other.path,
        problem: "expected a shorter side of \(side(first)) pixels like \(first.path), found "
          + "\(side(other)); set a size to resize all images")
    }
    var own = request
    own.size = request.size ?? side(first)
    return try commonShape(files, first, own)
  }

  private func readForms(
    _ paths: [String], skipBroken: Bool
  ) throws -> ([File], [SkippedFile]) {
    try loadOnAllCores(paths, skipBroken: skipBroken, progress: nil) {
      File(path: $0, form: try PictureFormats.of($0).form(of: $0))
    }
  }

  /// The shape asked for; what the request leaves open comes from the files.
  private func commonShape(
    _ files: [File], _ first: File, _ request: ImageRequest
  ) throws -> ImageShape {
    let channels = request.channels ?? (files.contains { $0.form.shape.channels == 3 } ? 3 : 1)
    if let size = request.size {
      return ImageShape(height: size, width: size, channels: channels)
    }
    let (height, width) = (first.form.shape.height, first.form.shape.width)
    if let other = files.first(where: {
      ($0.form.shape.height, $0.form.shape.width) != (height, width)
    }) {
      throw DataError(
        file: other.path,
        problem: "expected \(width)×\(height) pixels like \(first.path), "
          + "found \(other.form.shape.width)×\(other.form.shape.height); set a size to resize all images"
      )
    }
    return ImageShape(height: height, width: width, channels: channels)
  }
}
