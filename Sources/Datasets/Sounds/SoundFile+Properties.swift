internal import Complaints
public import Media

extension SoundFile {
  /// Sample rate in hertz, and length in samples, of a sound file or of the first one in a folder.
  ///
  /// - Throws: `DataError` or `FileError` if it cannot be read.
  public static func properties(of path: String) throws -> (sampleRateHz: Int, length: Int) {
    guard case .files(let files) = try SoundPath(path), let first = files.paths.first else {
      throw DataError(file: path, problem: "expected sound files, found an array")
    }
    let reader = try SoundReader.open(first)
    return (reader.sampleRateHz, try SoundDecoder.frameCount(reader))
  }
}
