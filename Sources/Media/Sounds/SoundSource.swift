internal import Files
internal import Complaints
internal import CSndfile
internal import Foundation

/// A sound file as libsndfile reads it. If a program wrote it to a pipe and could not know its size, the
/// header is read with the true size.
final class SoundSource {
  let file: FileReader
  /// Bytes that are read instead of those in the file, from an offset on.
  private let patch: (offset: Int, bytes: [UInt8])?
  private var position = 0
  /// True where the end is reported far behind the file's own.
  private var isStretched = false
  /// Factor by which a stretched file seems longer. It exceeds the ratio between the largest and the
  /// smallest frame of a variable bit rate.
  private static let stretch = 64

  /// Opens a file and checks the size in its header against the file.
  ///
  /// - Throws: `DataError` if it is empty or shorter than its header says; `FileError` if it cannot be
  ///   opened.
  init(_ path: String) throws {
    file = try FileReader(path)
    guard file.size > 0 else {
      throw DataError(file: path, problem: "expected a sound, found an empty file")
    }
    guard let extent = try SoundExtent(file) else {
      patch = nil
      if try file.bytes(upTo: 4).has("OggS", at: 0) { try OggPages.checkEnd(file) }
      return
    }
    let available = max(0, file.size - extent.start)
    let isStreamed = extent.isStreamed(available: available)
    guard isStreamed || extent.claim <= available else {
      throw DataError(
        file: path,
        problem: "truncated: expected \(extent.claim) bytes of samples, found \(available)")
    }
    patch =
      isStreamed ? extent.field.map { (offset: $0.offset, bytes: $0.bytes(available)) } : nil
  }

  /// Callbacks for libsndfile; nothing is ever written.
  static let access = SF_VIRTUAL_IO(
    get_filelen: { sf_count_t(SoundSource.of($0)?.file.size ?? 0) },
    seek: { offset, origin, context in SoundSource.of(context)?.seek(Int(offset), origin) ?? -1 },
    read: { target, count, context in
      guard let target, count > 0 else { return 0 }
      return SoundSource.of(context)?.read(
        into: UnsafeMutableRawBufferPointer(start: target, count: Int(count))) ?? 0
    },
    write: { _, _, _ in 0 },
    tell: { sf_count_t(SoundSource.of($0)?.position ?? 0) })

  private static func of(_ context: UnsafeMutableRawPointer?) -> SoundSource? {
    context.map { Unmanaged<SoundSource>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Goes back to the start.
  ///
  /// - Parameter stretching: True to report the file's end far behind the true one, for a library that
  ///   guesses from it how much can be decoded. Reading on from the start still ends at the true end;
  ///   behind that there are zeros.
  func rewind(stretching: Bool) { (position, isStretched) = (0, stretching) }

  private func seek(_ offset: Int, _ origin: Int32) -> sf_count_t {
    let end = file.size * (isStretched ? Self.stretch : 1)
    let base = origin == SEEK_CUR ? position : origin == SEEK_END ? end : 0
    let (target, overflow) = base.addingReportingOverflow(offset)
    guard !overflow, target >= 0 else { return -1 }
    position = target
    return sf_count_t(target)
  }

  /// - Returns: Bytes that were read; fewer at the end of the file, 0 if it cannot be read.
  private func read(into target: UnsafeMutableRawBufferPointer) -> sf_count_t {
    if isStretched, position > file.size {
      target.initializeMemory(as: UInt8.self, repeating: 0)
      position += target.count
      return sf_count_t(target.count)
    }
    let count = max(0, min(target.count, file.size - position))
    let part = UnsafeMutableRawBufferPointer(rebasing: target[..<count])
    guard (try? file.read(into: part, at: position)) != nil else { return 0 }
    if let patch {
      for (index, byte) in patch.bytes.enumerated() {
        let place = patch.offset + index - position
        if part.indices.contains(place) { part[place] = byte }
      }
    }
    position += count
    return sf_count_t(count)
  }
}
