import Foundation
import Experiments

/// The shortest experiment of each family.
let minimalGAN = """
  name: digits
  data: {source: shapes}
  model: {family: gan}

  """
let minimalVAE = minimalGAN.replacingOccurrences(of: "gan", with: "vae")

/// Reads an experiment called `digits.yaml`, with overrides as for `--set`.
func parse(
  _ text: String, _ overrides: [String] = [], folder: String = "/experiments"
) throws -> Experiment {
  try Experiment.parse(
    text, file: "digits.yaml", folder: folder, overrides: overrides.map(Override.init(parsing:)))
}

/// What is said against an experiment, `accepted` if nothing is.
func complaint(_ text: String, _ overrides: [String] = []) -> String {
  complaint { try parse(text, overrides) }
}

/// What an operation throws, as the user sees it.
func complaint<T>(_ body: () throws -> T) -> String {
  do {
    _ = try body()
    return "accepted"
  } catch {
    return "\(error)"
  }
}

/// Runs a test with an empty folder that is removed afterwards.
func withTemporaryFolder<T>(_ body: (URL) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("lethe-experiments-\(UUID().uuidString)", isDirectory: true)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The names in a folder, hidden ones too.
func names(in folder: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
}
