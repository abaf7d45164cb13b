import Foundation
import Records
import Sweeps
import Testing

@Suite struct TrialProgressTests {
  @Test(
    arguments: [
      ("{\"step\":12,\"g_loss\":0.5,\"d_loss\":1}\n", 12),
      ("{\"step\":1e19,\"g_loss\":0.5}\n", nil),
      ("{\"step\":\"NaN\"}\n", nil), ("{\"step\":1.5}\n", nil), ("", nil),
    ] as [(String, Int?)])
  func stepsAreWholeNumbers(_ log: String, _ step: Int?) throws {
    let results = ResultsFolder(
      FileManager.default.temporaryDirectory
        .appendingPathComponent("lethe-progress-\(UUID().uuidString)", isDirectory: true))
    defer { try? FileManager.default.removeItem(at: results.url) }
    let folder = results.trial("a-s0-0123456789")
    try folder.create()
    try Data(log.utf8).write(to: folder.log)
    let progress = TrialProgress(folder)
    #expect(progress?.step == step)
    if step != nil { #expect(progress?.losses.map(\.name) == ["g_loss", "d_loss"]) }
  }
}
