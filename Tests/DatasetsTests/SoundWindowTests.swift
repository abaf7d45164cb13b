import Specification
import Specification
import DataSupport
import Datasets
import Foundation
import Testing

/// The choice of windows of a long sound as examples.
@Suite struct SoundWindowTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(_ windows: WindowChoice, length: Int = 100) throws -> Dataset {
    var request = SoundRequest(source: .path(folder.path), length: length)
    request.windows = windows
    return try Dataset.load(request)
  }

  /// Near silence, then an onset at sample 173 that decays.
  private let hit: [Float] = (0..<450).map { index -> Float in
    guard index >= 173 else { return 0.001 }
    let decay = Float(pow(0.98, Double(index - 173)))
    return index % 2 == 0 ? 0.5 * decay : -0.5 * decay
  }

  private var stored: [Float] { hit.map { Float(Int(($0 * 32_768).rounded())) / 32_768 } }

  @Test func allIsTheDefaultAndTheRestIsChosen() throws {
    try folder.writeSound(hit, to: "a.wav")
    #expect(try load(.all).training.count == 5)
    #expect(try load(.first).training.sounds == [Array(stored[..<100])])
    #expect(try load(.loudest).training.sounds == [Array(stored[173..<273])])
  }

  @Test func whatWasDoneIsSaid() throws {
    try folder.writeSound(hit, to: "a.wav")
    try folder.writeSound(noise(1, count: 230), to: "b.wav")
    try folder.writeSound(noise(2, count: 100), to: "c.wav")
    try folder.writeSound(noise(3, count: 40), to: "d.wav")
    let shorter = "1 sound shorter than 100 samples, faded out and padded with zeros"
    func lines(_ windows: WindowChoice) throws -> [String] {
      try load(windows).notes.dropFirst().filter { $0 != shorter }
    }
    #expect(
      try lines(.all) == [
        "2 sounds longer than 100 samples: cut into 7 windows",
        "1 sound with the last window padded with zeros",
        "1 sound with a rest of less than half a window, left out",
      ])
    #expect(
      try lines(.first) == ["2 sounds longer than 100 samples: only the start is used"])
    #expect(
      try lines(.loudest) == [
        "2 sounds longer than 100 samples: only the loudest window is used"
      ])
    #expect(try load(.all).notes.contains(shorter))
    #expect(try load(.first).training.count == 4)
  }

  @Test func theWindowDoesNotMoveAFileToTheOtherSide() throws {
    for number in 0..<40 { try folder.writeSound(noise(number, count: 250), to: "\(number).wav") }
    func held(_ windows: WindowChoice) throws -> Int {
      var request = SoundRequest(source: .path(folder.path), length: 250, holdout: 0.3)
      request.windows = windows
      let whole = try Dataset.load(request).holdout.count
      request.length = 100
      let part = try Dataset.load(request)
      #expect(Set(part.holdout.sounds).count == part.holdout.count)
      #expect(windows == .all || part.holdout.count == whole)
      return whole
    }
    #expect(try held(.first) == held(.all))
    #expect(try held(.loudest) == held(.all))
  }

  @Test func equalWindowsAreTheFirst() throws {
    try folder.writeSound([Float](repeating: 0.25, count: 300), to: "a.wav")
    #expect(try load(.loudest).training.sounds == [[Float](repeating: 0.25, count: 100)])
    var late = [Float](repeating: 0, count: 300)
    late[299] = 0.5
    try folder.writeSound(late, to: "a.wav")
    #expect(try load(.loudest).training.sounds == [Array(late[200...])])
  }

  @Test func resampledSoundsHaveALoudestWindowToo() throws {
    try folder.writeSound(hit, rate: 8000, to: "a.wav")
    let found = try #require(try load(.loudest, length: 200).training.sounds.first)
    #expect(found.count == 200)
    let energy = found.reduce(0) { $0 + $1 * $1 }
    let first = try #require(try load(.first, length: 200).training.sounds.first)
    #expect(energy > 10 * first.reduce(0) { $0 + $1 * $1 })
  }

  @Test func arraysHaveNoWindows() throws {
    _ = try folder.writeNumpy(
      "'<f4'", shape: "(2, 100)", data: bytes(of: noise(1, count: 200)), to: "a.npy")
    var request = SoundRequest(source: .path(folder.path + "/a.npy"), length: 100)
    request.windows = .first
    #expect(
      problem { _ = try Dataset.load(request) }
        == "windows: expected all, as every sound of an array is of one length, found first")
  }
}
