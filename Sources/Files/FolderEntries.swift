internal import Foundation
internal import SystemPackage

/// Something that lies directly in a folder.
package struct FolderEntry {
  /// Files of every kind, devices and links to files included; folders; links to folders.
  package enum Kind { case file, folder, link }

  /// The name in bytes, which need not be UTF-8.
  package let name: [UInt8]
  /// File, folder or link to a folder.
  package let kind: Kind
}

/// Lists everything that lies directly in a folder, in no particular order.
///
/// - Parameters:
///   - folder: The path of the folder in bytes.
///   - shown: The name of the folder in errors.
package func folderEntries(
  _ folder: [UInt8], named shown: String
) throws(FileError) -> [FolderEntry] {
  guard let directory = opendir((folder + [0]).map { CChar(bitPattern: $0) }) else {
    throw FileError(shown, action: "read the folder", code: errno)
  }
  defer { closedir(directory) }
  var entries: [FolderEntry] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
    if name != Array(".".utf8), name != Array("..".utf8) {
      entries.append(FolderEntry(name: name, kind: kind(name, in: directory)))
    }
  }
  return entries
}

private func kind(_ name: [UInt8], in directory: OpaquePointer) -> FolderEntry.Kind {
  let folder = FileDescriptor(rawValue: dirfd(directory))
  func type(_ flags: Stat.Flags) -> FileType? {
    (name + [0]).withUnsafeBufferPointer { name in
      name.withMemoryRebound(to: CChar.self) { name in
        name.baseAddress.flatMap { try? Stat($0, relativeTo: folder, flags: flags).type }
      }
    }
  }
  switch type(.symlinkNoFollow) {
  case .directory: return .folder
  case .symbolicLink: return type([]) == .directory ? .link : .file
  default: return .file
  }
}

/// True if a path is that of a folder, or of a link to one; nil where there is nothing.
///
/// - Throws: `FileError` if it cannot be looked at.
package func isFolder(_ path: String) throws(FileError) -> Bool? {
  do {
    return try Stat(path).type == .directory
  } catch  where [.noSuchFileOrDirectory, .notDirectory].contains(error) {
    return nil
  } catch {
    throw FileError(path, action: "read", code: error.rawValue)
  }
}
