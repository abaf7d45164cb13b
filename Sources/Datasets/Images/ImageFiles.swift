internal import Complaints
internal import Files
internal import Media

/// The images at a path, found but not read: their format and their files.
struct ImageFiles {
  let format: any ImageFormat
  let listing: ExampleListing

  /// True where every file holds one picture.
  var arePictures: Bool { format is PictureFolder }

  /// Recognises a folder by the names in it and a file by its name and first bytes.
  ///
  /// - Throws: `DataError` if there is nothing, or nothing of a known format; `FileError` if it cannot be
  ///   read.
  init(_ path: String, skipBroken: Bool = false) throws {
    if try isFolder(path, expected: "a file or folder of images") {
      try self.init(folder: path, skipBroken: skipBroken)
    } else {
      try self.init(file: path)
    }
  }

  private init(folder path: String, skipBroken: Bool) throws {
    let folder = try FolderListing(path)
    let found = ImageFormats.all.compactMap { format in
      format.folderFiles.flatMap { kind in
        folder.files.contains { format.isRead($0.path) } ? (format, kind) : nil
      }
    }
    guard let (format, kind) = found.first else {
      throw DataError(
        file: path,
        problem: "expected \(ImageFormats.folders) in the folder, found \(folder.others)")
    }
    guard found.count == 1 else {
      throw DataError(
        file: path, problem: "expected either \(kind.name) or \(found[1].1.name), found both")
    }
    self.format = format
    listing = try ExampleListing(
      folder, in: path, of: kind, skipBroken: skipBroken, isExample: format.isRead)
  }

  private init(file path: String) throws {
    let start = try FileReader(path).bytes(upTo: NumpyHeader.magic.count)
    guard let format = ImageFormats.all.first(where: { $0.recognizes(path, start: start) }) else {
      let found =
        start.isEmpty
        ? "an empty file"
        : PictureFormats.of(start: start).map { "a single \($0.name)" }
          ?? "a file that starts with \(hexadecimal(start))"
      throw DataError(file: path, problem: "expected \(ImageFormats.files), found \(found)")
    }
    self.format = format
    listing = ExampleListing(file: path)
  }
}
