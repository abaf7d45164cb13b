internal import Complaints

/// The classes of a folder: the folders in it that hold examples.
struct ClassFolders {
  /// The classes, ordered by the bytes of their names.
  let classes: [ExampleClass]
  /// Remarks on everything in the folder that is not read, a line each.
  let leftOut: [String]
  /// Examples outside of all classes that cannot be opened, since their paths are not UTF-8.
  let skipped: [SkippedFile]

  /// Finds the classes of a folder.
  ///
  /// - Throws: `DataError` for examples outside of any folder, for fewer than two folders with examples,
  ///   and for names that are not UTF-8 unless broken files are skipped.
  init(_ path: String, of kind: FileKind, skipBroken: Bool) throws {
    guard try isFolder(path, expected: "a folder of folders, one a class") else {
      throw DataError(
        file: path,
        problem:
          "expected a folder of folders, one a class, or labels in a file of their own, found a file"
      )
    }
    let listing = try FolderListing(path)
    let all = try ExampleListing(listing, in: path, of: kind, skipBroken: skipBroken)
    let examples = listing.files.filter { $0.isText && kind.contains($0.path) }.map(\.path)
    // Names are compared as bytes: two that only look the same are two classes.
    let names = Set(examples.filter { $0.utf8.contains(slash) }.map { Self.first(of: $0) })
      .sorted { $0.lexicographicallyPrecedes($1) }
    let texts = names.map { String(decoding: $0, as: UTF8.self) }
    if let stray = examples.first(where: { !$0.utf8.contains(slash) }) {
      throw DataError(
        file: joinedPath(path, stray),
        problem: "expected every example in a folder named by its class"
          + (texts.first.map { ", such as \($0)/" } ?? "") + ", found one outside of any")
    }
    guard names.count > 1 else {
      throw DataError(
        file: path,
        problem: "expected at least 2 folders of \(kind.name), one a class, found "
          + (texts.first.map { "one: \($0)" } ?? "none"))
    }
    classes = texts.map { ExampleClass(name: $0, source: .path(joinedPath(path, $0))) }
    let holding = Set(
      listing.files.filter { kind.contains($0.path) }.map { Self.first(of: $0.path) })
    let empty = listing.folders.filter { folder in
      !folder.utf8.contains(slash) && !holding.contains(Array(folder.utf8))
    }.sorted(by: precedes)
    leftOut =
      empty.map { "the folder \($0) holds no \(kind.name) and is no class" }
      + all.leftOut
    let own = Set(names.map { Array(joinedPath(path, "").utf8) + $0 + [slash] })
    skipped = all.skipped.filter { file in !own.contains { file.file.utf8.starts(with: $0) } }
  }

  /// The bytes of a path's first component.
  private static func first(of path: String) -> [UInt8] { Array(path.utf8.prefix { $0 != slash }) }
}

private let slash = UInt8(ascii: "/")
