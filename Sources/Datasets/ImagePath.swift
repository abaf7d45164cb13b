/// What kind of data a path holds.
enum ImagePath {
  /// PNG files, sorted by path.
  case pngFolder([String])
  /// CIFAR-10 batches, sorted by path.
  case cifar([String])
  case numpy
  case idx

  /// Recognises a folder by the names in it and a file by its first bytes.
  ///
  /// A file whose name ends in `.bin` is taken for CIFAR-10, which has no signature.
  ///
  /// - Throws: `DataError` if there is nothing, or nothing that can be read.
  init(_ path: String) throws {
    let isFolder = try isFolder(path, expected: "a file or folder of images")
    self = isFolder ? try Self.folder(path) : try Self.file(path)
  }

  private static func folder(_ path: String) throws -> ImagePath {
    var pngs: [String] = []
    var batches: [String] = []
    var others = 0
    for entry in try folderEntries(path) {
      if entry.lowercased().hasSuffix(".png") {
        pngs.append(joinedPath(path, entry))
      } else if entry.hasPrefix("data_batch"), entry.hasSuffix(".bin"), !entry.contains("/") {
        batches.append(joinedPath(path, entry))
      } else {
        others += 1
      }
    }
    guard pngs.isEmpty || batches.isEmpty else {
      throw DataError(
        file: path,
        problem: "expected either .png files or CIFAR-10's data_batch_*.bin, found both")
    }
    if !batches.isEmpty { return .cifar(batches.sorted()) }
    guard !pngs.isEmpty else {
      let found = others == 0 ? "an empty folder" : "\(others) files and folders of other kinds"
      throw DataError(
        file: path,
        problem: "expected .png files or CIFAR-10's data_batch_*.bin in the folder, found \(found)")
    }
    return .pngFolder(pngs.sorted())
  }

  private static func file(_ path: String) throws -> ImagePath {
    let start = try InputFile(path: path).bytes(upTo: NumpyHeader.magic.count)
    if start.starts(with: NumpyHeader.magic) || path.hasSuffix(".npy") { return .numpy }
    if path.hasSuffix(".bin") { return .cifar([path]) }
    // Two zero bytes start an IDX file of any kind; 1F 8B is gzip.
    if start.starts(with: [0, 0]) || start.starts(with: [0x1F, 0x8B]) { return .idx }
    let found =
      start.isEmpty
      ? "an empty file"
      : start.starts(with: PNGHeader.signature.prefix(start.count))
        ? "a single PNG" : "a file that starts with \(hexadecimal(start))"
    throw DataError(
      file: path,
      problem: "expected a folder of .png files, a .npy, IDX or CIFAR-10 .bin file, found \(found)")
  }
}
