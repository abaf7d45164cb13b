import Complaints
import DataSupport
import Datasets
import Foundation
import Synchronization
import Testing

/// Data that are looked at by their headers.
@Suite struct SurveyTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func survey(_ name: String) throws -> DataSurvey.Content {
    try DataSurvey(folder.path + "/" + name).content
  }

  @Test func progressThroughSoundsReachesTheEnd() throws {
    for index in 0..<5 {
      try folder.writeSound(noise(index, count: 500), rate: 8000, to: "s/\(index).wav")
    }
    let calls = Mutex<[Int]>([])
    _ = try DataSurvey(folder.path + "/s") { done, total in
      calls.withLock { $0.append(done) }
      #expect(total == 5)
    }
    #expect(calls.withLock { $0 } == Array(1...5))
  }

  private func images(_ name: String) throws -> StoredImages? {
    if case .images(let images) = try survey(name) { images } else { nil }
  }

  @Test func arraysAndBatchesAreCounted() throws {
    let idx: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 4]
    try folder.write(idx + [UInt8](repeating: 1, count: 120), to: "x-idx3-ubyte")
    let found = try #require(try images("x-idx3-ubyte"))
    #expect(found.count == 5 && found.medianSide == 4 && found.channels == 1)
    for (number, records) in [2, 3].enumerated() {
      try folder.write(
        [UInt8](repeating: 1, count: 3073 * records), to: "c/data_batch_\(number).bin")
    }
    let batches = try #require(try images("c"))
    #expect(batches.count == 5 && batches.medianSide == 32 && batches.channels == 3)
    _ = try folder.writeNumpy("'<f4'", shape: "(7, 6, 5)", data: [UInt8](repeating: 0, count: 840))
    #expect(try images("a.npy")?.count == 7)
    _ = try folder.writeNumpy("'<i2'", shape: "(7, 6, 1)", data: [UInt8](repeating: 0, count: 84))
    guard case .soundArray(count: 7, length: 6) = try survey("a.npy") else {
      Issue.record("no sounds")
      return
    }
  }

  @Test func whatCannotBeDataIsNamed() throws {
    func said(_ name: String) -> String { problem { _ = try survey(name) } }
    #expect(said("none") == "expected a file or folder of images or sounds, found no such file")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/empty", withIntermediateDirectories: true)
    #expect(
      said("empty")
        == "expected .png, .jpg or .jpeg files or sounds such as .wav and .flac in the folder, "
        + "found an empty folder")
    for number in 0..<3 { try folder.writePNG(grey(number), to: "both/\(number).png") }
    try folder.writeSound(noise(1, count: 50), to: "both/deep/a.wav")
    #expect(
      said("both")
        == "expected images or sounds in the folder, found both: 3 files of images and 1 of "
        + "sounds; name a folder of one kind")
    try folder.write("x".utf8, to: "r/trials/x/config.yaml")
    try folder.write("{}".utf8, to: "r/sweep.json")
    #expect(
      said("r")
        == "expected images or sounds, found a results folder, whose files were made by trainings")
    try folder.write("x".utf8, to: "d/a.png")
    #expect(said("d").hasPrefix("not a PNG, bad signature"))
    try folder.write("x".utf8, to: "s/a.wav")
    #expect(said("s").hasPrefix("cannot be read as a sound"))
    _ = try folder.writeNumpy("'|u1'", shape: "(7, 12)", data: [UInt8](repeating: 0, count: 84))
    #expect(said("a.npy").hasPrefix("expected images of shape [N, H, W]"))
    _ = try folder.writeNumpy("'<f4'", shape: "(0, 12)", data: [])
    #expect(said("a.npy") == "expected at least one sound, found the shape (0, 12)")
  }
}
