internal import Files
public import Foundation

/// Writes an event file for TensorBoard: scalars, pictures and sounds over the steps.
///
/// A resumed trial writes a further file. Records of the steps that are done again are removed from earlier files,
/// and the new file tells a TensorBoard that has read those records to discard them.
///
/// Source: TensorFlow's `tsl/lib/io/record_writer.cc` (framing), `event.proto` and `summary.proto` (messages).
public struct EventWriter: ~Copyable {
  private let file: FileWriter

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - folder: Created when it is missing.
  ///   - step: Steps done.
  /// - Throws: `FileError`.
  public init(in folder: URL, resumingAt step: Int) throws {
    try createFolder(folder)
    try EventFiles.removeSteps(beyond: step, in: folder)
    var version = Self.event(step: 0)
    version.add(3, "brain.Event:2")
    var records = Self.record(version.bytes)
    if step > 0 {
      var start = ProtobufMessage()
      start.add(1, 1)
      var session = Self.event(step: step + 1)
      session.add(7, start)
      records += Self.record(session.bytes)
    }
    let path = folder.appendingPathComponent(EventFiles.nextName(in: folder)).path
    let opened = try FileWriter(appendingTo: path)
    try opened.write(Data(records))
    file = opened
  }

  /// Adds numbers.
  ///
  /// - Throws: `FileError`.
  public func add(step: Int, _ scalars: [(name: String, value: Double)]) throws {
    try add(
      step: step,
      scalars.map { name, number in
        var value = ProtobufMessage()
        value.add(1, name)
        value.add(2, Float(number))
        return value
      })
  }

  /// Adds a picture.
  ///
  /// - Parameter png: A PNG file.
  /// - Throws: `FileError`.
  public func add(step: Int, name: String, png: Data) throws {
    let header = Array(png.prefix(26))
    guard header.count == 26 else { return }
    let size = { (place: Int) in header[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    var image = ProtobufMessage()
    image.add(1, size(20))
    image.add(2, size(16))
    // Numbers of channels by PNG's colour types: grey, RGB, palette, grey with alpha, RGB with alpha.
    image.add(3, [0: 1, 2: 3, 3: 3, 4: 2, 6: 4][header[25]] ?? 3)
    image.add(4, Array(png))
    var value = ProtobufMessage()
    value.add(1, name)
    value.add(4, image)
    try add(step: step, [value])
  }

  /// Adds a sound.
  ///
  /// - Parameters:
  ///   - wav: A WAV file of one channel.
  ///   - length: Number of its samples.
  /// - Throws: `FileError`.
  public func add(step: Int, name: String, wav: Data, sampleRateHz: Int, length: Int) throws {
    var audio = ProtobufMessage()
    audio.add(1, Float(sampleRateHz))
    audio.add(2, 1)
    audio.add(3, length)
    audio.add(4, Array(wav))
    audio.add(5, "audio/wav")
    var value = ProtobufMessage()
    value.add(1, name)
    value.add(6, audio)
    try add(step: step, [value])
  }

  private func add(step: Int, _ values: [ProtobufMessage]) throws {
    var summary = ProtobufMessage()
    for value in values { summary.add(1, value) }
    var event = Self.event(step: step)
    event.add(5, summary)
    try write(event)
  }

  private static func event(step: Int) -> ProtobufMessage {
    var event = ProtobufMessage()
    event.add(1, Date().timeIntervalSince1970)
    event.add(2, step)
    return event
  }

  private func write(_ event: ProtobufMessage) throws {
    try file.write(Data(Self.record(event.bytes)))
  }

  /// Bytes of a record before its data (`headBytes`), and in all beside its data (`frameBytes`).
  static let headBytes = 12
  static let frameBytes = 16

  /// Frames a record: its length, the length's checksum, the data and their checksum.
  package static func record(_ data: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(data.count))
    return length + littleEndian(Checksum.masked(length)) + data
      + littleEndian(Checksum.masked(data))
  }
}
