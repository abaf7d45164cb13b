internal import Complaints
internal import Files
internal import Foundation

/// The content of a folder and of the folders in it.
///
/// Hidden files and folders are left out at any depth, such as the `._x.png` that some systems leave beside
/// `x.png`, or `.git`. Links to folders are not followed. Results folders are passed over, since trainings
/// made what is in them.
struct FolderListing {
  /// A file of the listing.
  struct File {
    /// Path relative to the listed folder; bytes that are not UTF-8 are written as `\xE9`.
    let path: String
    /// True where the whole path is UTF-8, so that the file can be opened.
    let isText: Bool
  }

  /// Files, ordered by the bytes of their paths.
  private(set) var files: [File] = []
  /// Folders that were looked into, in no particular order.
  private(set) var folders: [String] = []
  /// Results folders that were passed over.
  private(set) var results: [String] = []
  /// Links to folders.
  private(set) var links: [String] = []

  /// Lists a folder.
  ///
  /// - Throws: `FileError` if a folder cannot be read.
  init(_ path: String) throws {
    try walk(Array(path.utf8), shown: path, from: "")
    files.sort { precedes($0.path, $1.path) }
    results.sort(by: precedes)
  }

  /// Text for errors about a folder without files of the expected kind: what was found in it instead.
  var others: String {
    let count = files.count + folders.count + links.count
    let found = results.isEmpty ? "" : "\(counted(results.count, "results folder"))"
    guard count > 0 else { return found.isEmpty ? "an empty folder" : found }
    return "\(count) files and folders of other kinds" + (found.isEmpty ? "" : " and \(found)")
  }

  /// Adds the content of a folder, and of the folders in it.
  ///
  /// - Parameters:
  ///   - folder: Path of the folder in bytes.
  ///   - shown: Path of the folder in errors.
  ///   - prefix: Start of its entries' paths, such as `a/b/`; empty for the listed folder itself.
  ///   - isText: True where all of `prefix` was UTF-8.
  private mutating func walk(
    _ folder: [UInt8], shown: String, from prefix: String, isText: Bool = true
  ) throws {
    let entries = try folderEntries(folder, named: shown).filter {
      $0.name.first != UInt8(ascii: ".")
    }
    // The listed folder itself is read even if it is a results folder.
    if !prefix.isEmpty {
      if ResultsMarks.are(among: Set(entries.map { Self.text($0.name).shown })) {
        return results.append(String(prefix.dropLast()))
      }
      folders.append(String(prefix.dropLast()))
    }
    for entry in entries {
      let name = Self.text(entry.name)
      switch entry.kind {
      case .file: files.append(File(path: prefix + name.shown, isText: isText && name.isText))
      case .link: links.append(prefix + name.shown)
      case .folder:
        try walk(
          folder + [UInt8(ascii: "/")] + entry.name, shown: joinedPath(shown, name.shown),
          from: prefix + name.shown + "/", isText: isText && name.isText)
      }
    }
  }

  /// The name as a text, with bytes that are not UTF-8 written as `\xE9`.
  private static func text(_ name: [UInt8]) -> (shown: String, isText: Bool) {
    if let text = String(validating: name, as: UTF8.self) { return (text, true) }
    let shown = name.map { byte in
      byte < 0x80 ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
    }
    return (shown.joined(), false)
  }
}

/// Orders names by their bytes, so that texts that Unicode takes for equal are still different names.
func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

/// The path of a folder's entry.
func joinedPath(_ folder: String, _ entry: String) -> String {
  folder.hasSuffix("/") ? folder + entry : folder + "/" + entry
}

/// True for a folder or a link to one, false for a file.
///
/// - Throws: `DataError` if nothing is there; `FileError` if the path cannot be examined.
func isFolder(_ path: String, expected: String) throws -> Bool {
  if let isFolder = try Files.isFolder(path) { return isFolder }
  // On the command line, bytes that are not UTF-8 become U+FFFD.
  let found =
    path.unicodeScalars.contains("\u{FFFD}")
    ? "a name that is not UTF-8: rename it" : "no such file"
  throw DataError(file: path, problem: "expected \(expected), found \(found)")
}
