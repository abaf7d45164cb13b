import DataSupport
import Media
import Files
import Datasets
import Foundation
import Testing

@Suite struct SoundFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func encode(_ samples: [Float], rate: Int = 16_000) throws -> [UInt8] {
    try samples.withUnsafeBufferPointer { try SoundFile.encode($0, sampleRateHz: rate) }
  }

  @Test func theHeaderIsThatOfPCM() throws {
    let expected: [UInt8] =
      Array("RIFF".utf8) + [40, 0, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 1, 0]
      + [0x44, 0xAC, 0, 0, 0x88, 0x58, 1, 0, 2, 0, 16, 0] + Array("data".utf8) + [4, 0, 0, 0]
      + [0, 64, 0, 192]
    #expect(try encode([0.5, -0.5], rate: 44_100) == expected)
  }

  @Test func samplesAreRoundedAndClamped() throws {
    let step: Float = 1 / 32_768
    let samples: [Float] = [
      0, step, 0.49 * step, 0.51 * step, -0.51 * step, 1, -1, 1.5, -1.5, .infinity, -.infinity,
      .nan,
    ]
    let words = try encode(samples).dropFirst(44)
    let values = stride(from: words.startIndex, to: words.endIndex, by: 2).map {
      Int16(bitPattern: UInt16(words[$0]) | UInt16(words[$0 + 1]) << 8)
    }
    #expect(
      values == [0, 1, 0, 1, -1, 32_767, -32_768, 32_767, -32_768, 32_767, -32_768, 0])
  }

  @Test func writtenFilesReadBack() throws {
    let samples = noise(1, count: 1000)
    let path = folder.path + "/a.wav"
    try samples.withUnsafeBufferPointer {
      try SoundFile.write($0, sampleRateHz: 22_050, to: path)
    }
    #expect(try folder.loadSounds(rate: 22_050, length: 1000).training.sounds == [samples])
  }

  @Test func unwritablePlacesAreNamed() {
    let path = folder.path + "/none/a.wav"
    let error = #expect(throws: FileError.self) {
      try [Float](repeating: 0, count: 2).withUnsafeBufferPointer {
        try SoundFile.write($0, sampleRateHz: 8000, to: path)
      }
    }
    #expect(error == FileError(path, action: "write", code: ENOENT))
  }

  @Test func aSheetHasSilenceBetweenSounds() {
    let sheet = [Float]([1, 2, 3, 4, 5, 6]).withUnsafeBufferPointer {
      SoundSheet.compose($0, length: 2, sampleRateHz: 1000)
    }
    let silence = [Float](repeating: 0, count: 100)
    #expect(sheet == [1, 2] + silence + [3, 4] + silence + [5, 6])
  }
}
