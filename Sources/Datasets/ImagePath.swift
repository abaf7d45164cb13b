internal import Files
internal import Complaints

/// What kind of data a path holds.
enum ImagePath {
  case pngFolder(ExampleListing)
  /// CIFAR-10 batches.
  case cifar(ExampleListing)
  case numpy
  case idx

  /// Recognises a folder by the names in it and a file by its first bytes.
  ///
  /// A file whose name ends in `.bin` is taken for CIFAR-10, which has no signature.
  ///
  /// - Throws: `DataError` if there is nothing, or nothing that can be read.
  init(_ path: String, skipBroken: Bool = false) throws {
    let isFolder = try isFolder(path, expected: "a file or folder of images")
    self = isFolder ? try Self.folder(path, skipBroken) : try Self.file(path)
  }

  private static func folder(_ path: String, _ skipBroken: Bool) throws -> ImagePath {
    let listing = try FolderListing(path)
    let hasPNGs = listing.files.contains { FileKind.png.contains($0.path) }
    let hasBatches = listing.files.contains { isBatch($0.path) }
    switch (hasPNGs, hasBatches) {
    case (true, true):
      throw DataError(
        file: path,
        problem: "expected either .png files or CIFAR-10's data_batch_*.bin, found both")
    case (true, false):
      return .pngFolder(
        try ExampleListing(listing, in: path, of: .png, skipBroken: skipBroken))
    case (false, true):
      return .cifar(
        try ExampleListing(
          listing, in: path, of: .cifar, skipBroken: skipBroken, isExample: isBatch))
    case (false, false):
      throw DataError(
        file: path,
        problem: "expected .png files or CIFAR-10's data_batch_*.bin in the folder, found "
          + listing.others)
    }
  }

  private static func isBatch(_ path: String) -> Bool {
    path.hasPrefix("data_batch") && FileKind.cifar.contains(path) && !path.contains("/")
  }

  private static func file(_ path: String) throws -> ImagePath {
    let start = try FileReader(path).bytes(upTo: NumpyHeader.magic.count)
    if start.starts(with: NumpyHeader.magic) || path.hasSuffix(".npy") { return .numpy }
    if path.hasSuffix(".bin") { return .cifar(ExampleListing(file: path)) }
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
