import Experiments
import Foundation

/// The shortest possible experiment, called `digits`.
func smallest() throws -> Experiment {
  let text = "{name: digits, data: {source: shapes}, model: {family: gan}}"
  return try Experiment.parse(text, file: "digits.yaml")
}
