internal import Foundation

/// A part of a file that is mapped into memory read-only, so that processes share it; unmaps itself.
///
/// The file may be removed or replaced under its name, and must never be written to.
package final class MappedFile: @unchecked Sendable {
  private let all: UnsafeRawBufferPointer
  /// The file from the offset on.
  package let bytes: UnsafeRawBufferPointer

  /// Maps a file.
  ///
  /// - Parameter offset: Start of the part that is used, in bytes.
  /// - Returns: Nil where it cannot be mapped, or ends before the offset.
  package init?(_ file: borrowing FileReader, from offset: Int) {
    guard file.size > offset, let all = file.map() else { return nil }
    self.all = all
    bytes = UnsafeRawBufferPointer(rebasing: all[offset...])
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: all.baseAddress), all.count) }
}
