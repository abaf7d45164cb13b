internal import Complaints

/// A kind of files that are read as examples, recognised by the endings of their names.
struct FileKind: Sendable {
  /// Name in errors, such as `.png files`.
  let name: String
  /// Endings after the dot, in small letters.
  let endings: [String]
  /// Names in notes on files of other kinds: one "is not a sound", several "are not sounds".
  let noun, nouns: String

  /// True for a path whose ending is of this kind.
  func contains(_ path: String) -> Bool { endings.contains(ending(of: path)) }
}

/// The ending of a file's name after its last dot, in small letters; empty where there is none.
func ending(of path: String) -> String {
  let name = path.utf8.split(separator: UInt8(ascii: "/")).last ?? path.utf8[...]
  guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return "" }
  return String(decoding: name[name.index(after: dot)...], as: UTF8.self).lowercased()
}

/// The files of a folder that are read, and remarks on all others.
struct ExampleListing {
  /// Paths of the files that are read, ordered by their bytes.
  var paths: [String] = []
  /// Files that cannot be opened, since their names are not UTF-8.
  var skipped: [SkippedFile] = []
  /// Remarks on what is left out, a line each.
  var leftOut: [String] = []

  /// Lists one file and nothing else.
  init(file: String) { paths = [file] }

  /// Chooses the files to read from the listing of a folder.
  ///
  /// - Parameters:
  ///   - folder: Path of the folder.
  ///   - isExample: True for the files to read, by their paths in the folder; those of `kind` by default.
  /// - Throws: `DataError` for a file whose name is not UTF-8, unless broken ones are skipped.
  init(
    _ listing: FolderListing, in folder: String, of kind: FileKind, skipBroken: Bool,
    isExample: ((String) -> Bool)? = nil
  ) throws {
    let isExample = isExample ?? kind.contains
    var others: [String] = []
    for file in listing.files {
      guard isExample(file.path) else {
        others.append(file.path)
        continue
      }
      let path = joinedPath(folder, file.path)
      if file.isText {
        paths.append(path)
      } else {
        let problem = "the name is not UTF-8: rename the file"
        guard skipBroken else { throw DataError(file: path, problem: problem) }
        skipped.append(SkippedFile(file: path, problem: problem))
      }
    }
    leftOut = Self.notes(listing, others, kind)
  }

  private static func notes(
    _ listing: FolderListing, _ others: [String], _ kind: FileKind
  ) -> [String] {
    func named(_ paths: [String], _ what: String, _ why: String) -> [String] {
      guard let first = paths.first else { return [] }
      let count = counted(paths.count, what)
      return ["left out: \(count)\(why): \(first)\(paths.count > 1 ? ", …" : "")"]
    }
    var notes: [String] = []
    if !others.isEmpty {
      let not = others.count == 1 ? "is not \(kind.noun)" : "are not \(kind.nouns)"
      notes.append(
        "left out: \(counted(others.count, "file")) that \(not) "
          + "(\(endings(others)))")
    }
    return notes
      + named(listing.results, "results folder", ", whose files were made by trainings")
      + named(listing.links, "link", " to a folder, as such links are not followed")
  }

  /// Counts the files of each ending, the most frequent first, such as `3 .txt, 1 without an ending`.
  private static func endings(_ paths: [String]) -> String {
    let largest = 6
    let counts = Dictionary(grouping: paths, by: ending).mapValues(\.count)
      .sorted { $0.value != $1.value ? $0.value > $1.value : precedes($0.key, $1.key) }
    let shown = counts.prefix(largest).map { ending, count in
      "\(count) " + (ending.isEmpty ? "without an ending" : ".\(ending)")
    }
    let rest = counts.dropFirst(largest).reduce(0) { $0 + $1.value }
    return (shown + (rest > 0 ? ["\(rest) others"] : [])).joined(separator: ", ")
  }
}

/// A number of things, such as `1 sound` or `2 sounds`.
package func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
