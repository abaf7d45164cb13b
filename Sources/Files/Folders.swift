package import Foundation

/// Makes a folder and those it lies in, where they are not there yet.
package func createFolder(_ url: URL) throws(FileError) {
  var isFolder: ObjCBool = false
  let path = url.standardizedFileURL.path
  if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
    if !isFolder.boolValue { throw FileError(path, action: "make a folder", code: ENOTDIR) }
    return
  }
  if path != "/" { try createFolder(url.standardizedFileURL.deletingLastPathComponent()) }
  if mkdir(path, 0o777) != 0, errno != EEXIST {
    throw FileError(path, action: "make a folder", code: errno)
  }
}

/// Removes a file; one that is not there is no error.
package func removeFile(_ file: URL) throws(FileError) {
  guard unlink(file.path) == 0 || errno == ENOENT else {
    throw FileError(file.path, action: "remove", code: errno)
  }
}

/// Makes sure that files can be made in a folder.
package func checkWritable(_ folder: URL) throws(FileError) {
  if access(folder.path, W_OK | X_OK) != 0 {
    throw FileError(folder.path, action: "write", code: errno)
  }
}
