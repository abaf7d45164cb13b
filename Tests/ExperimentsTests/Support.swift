import FolderSupport
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

/// The error that an experiment gives; `accepted` if there is none.
func complaint(_ text: String, _ overrides: [String] = []) -> String {
  complaint { try parse(text, overrides) }
}
