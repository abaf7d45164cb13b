internal import Foundation

/// What is in a folder and the folders in it, as paths relative to it.
///
/// Hidden files are left out, such as the `._x.png` that some systems leave beside `x.png`; links to
/// folders are not followed.
///
/// - Throws: `DataError` if the folder cannot be read.
func folderEntries(_ path: String) throws -> [String] {
  let root = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  guard access(root, R_OK | X_OK) == 0,
    let entries = FileManager.default.enumerator(atPath: root)
  else {
    throw DataError(file: path, problem: "the folder cannot be read: \(systemMessage())")
  }
  return entries.compactMap { entry in
    guard let entry = entry as? String else { return nil }
    return entry.split(separator: "/").last?.hasPrefix(".") == true ? nil : entry
  }
}

/// The path of a folder's entry.
func joinedPath(_ folder: String, _ entry: String) -> String {
  folder.hasSuffix("/") ? folder + entry : folder + "/" + entry
}

/// Whether a path is a folder, and no file.
///
/// - Throws: `DataError` if there is nothing.
func isFolder(_ path: String, expected: String) throws -> Bool {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw DataError(file: path, problem: "expected \(expected), found no such file")
  }
  return isFolder.boolValue
}
