import Foundation

/// Ends the program where something is not as it should be.
func expect(_ isTrue: Bool, _ what: String) {
  guard !isTrue else { return }
  FileHandle.standardError.write(Data("error: expected \(what)\n".utf8))
  exit(1)
}
