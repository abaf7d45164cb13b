internal import Complaints
internal import Files
internal import Foundation

/// What lies in a folder and in the folders in it.
///
/// Hidden files and folders are left out at any depth, such as the `._x.png` that some systems leave beside
/// `x.png`, or `.git`. Links to folders are not followed. Results folders are passed over, as what lies in them was
/// made by trainings.
struct FolderListing {
  /// A file, by its path from the folder.
  struct File {
    /// Bytes that are not UTF-8 are written as `\xE9`.
    let path: String
    /// Whether the name can be a text, and the file therefore be opened.
    let isText: Bool
  }

  /// Ordered by the bytes of their paths.
  private(set) var files: [File] = []
  /// Folders, those passed over excepted, in no order.
  private(set) var folders: [String] = []
  /// Results folders that were passed over.
  private(set) var results: [String] = []
  /// Links to folders.
  private(set) var links: [String] = []

  /// - Throws: `DataError` if a folder cannot be read.
  init(_ path: String) throws {
    try walk(Array(path.utf8), shown: path, from: "")
    files.sort { precedes($0.path, $1.path) }
    results.sort(by: precedes)
  }

  /// What errors say was found where nothing is of the kind that was expected.
  var others: String {
    let count = files.count + folders.count + links.count
    let found = results.isEmpty ? "" : "\(counted(results.count, "results folder"))"
    guard count > 0 else { return found.isEmpty ? "an empty folder" : found }
    return "\(count) files and folders of other kinds" + (found.isEmpty ? "" : " and \(found)")
  }

  /// - Parameters:
  ///   - folder: Its path in bytes.
  ///   - shown: How errors name it.
  ///   - prefix: What comes before the names in it, as shown; empty for the folder that was named.
  ///   - isText: Whether all of the path is.
  private mutating func walk(
    _ folder: [UInt8], shown: String, from prefix: String, isText: Bool = true
  ) throws {
    let entries = try folderEntries(folder, named: shown).filter {
      $0.name.first != UInt8(ascii: ".")
    }
    // The folder that was named is meant, whatever it is.
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

  /// A name as it is shown.
  private static func text(_ name: [UInt8]) -> (shown: String, isText: Bool) {
    if let text = String(validating: name, as: UTF8.self) { return (text, true) }
    let shown = name.map { byte in
      byte < 0x80 ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
    }
    return (shown.joined(), false)
  }
}

/// Whether a name comes before another by its bytes, as every name has a place of its own by them: texts that
/// Unicode takes for equal are different names.
func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

/// The path of a folder's entry.
func joinedPath(_ folder: String, _ entry: String) -> String {
  folder.hasSuffix("/") ? folder + entry : folder + "/" + entry
}

/// Whether a path is a folder, and no file.
///
/// - Throws: `DataError` if there is nothing; `FileError` if it cannot be looked at.
func isFolder(_ path: String, expected: String) throws -> Bool {
  if let isFolder = try Files.isFolder(path) { return isFolder }
  // Names that are not UTF-8 come from the command line with U+FFFD in the place of the bytes.
  let found =
    path.unicodeScalars.contains("\u{FFFD}")
    ? "a name that is not UTF-8: rename it" : "no such file"
  throw DataError(file: path, problem: "expected \(expected), found \(found)")
}
