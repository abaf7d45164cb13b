import Foundation
import Testing

/// `lethe reference`, and the text of it that is in the repository.
@Suite struct ReferenceTests {
  let workspace = try! Workspace()

  @Test func theTextInTheRepositoryIsWhatTheProgramSays() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/lethe/lethe.docc/Reference.md").standardizedFileURL
    let committed = try String(contentsOf: path, encoding: .utf8)
    let written = try workspace.lethe("reference", "--markdown")
    #expect(written.status == 0 && written.errors.isEmpty)
    let lines = (committed.split(separator: "\n"), written.output.split(separator: "\n"))
    let other = zip(lines.0, lines.1).first { $0 != $1 }
    #expect(
      committed == written.output,
      """
      first line that differs: \(other.map { "\($0.0)\n\($0.1)" } ?? "behind the end of one")
      renew it: lethe reference --markdown > Sources/lethe/lethe.docc/Reference.md
      """)
  }

  @Test func aKeyIsDescribed() throws {
    let steps = try workspace.lethe("reference", "train.steps")
    #expect(steps.status == 0 && steps.errors.isEmpty)
    #expect(
      steps.output == """
        train.steps
          updates of the generator, of the autoencoder or of the classifier
          expected: an integer from 1 to 1000000000
          default:  3000

        """)
  }

  @Test(arguments: ["dropout.0.rate", "dropout.rate", "dropout[].rate"])
  func aKeyOfAListIsFound(_ key: String) throws {
    let rate = try workspace.lethe("reference", key)
    #expect(
      rate.status == 0 && rate.output.hasPrefix("dropout[].rate\n  probability of dropping\n"))
  }

  @Test func aSectionHasItsKeys() throws {
    let section = try workspace.lethe("reference", "train.until")
    #expect(section.status == 0)
    for key in ["train.until", "train.until.metric", "train.until.patience"] {
      #expect(section.output.contains("\(key)\n  "))
    }
    #expect(!section.output.contains("train.steps"))
  }

  @Test func anUnknownKeyIsOneErrorWithTheNearestName() throws {
    let outcome = try workspace.lethe("reference", "train.stepz")
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(
      outcome.errors == """
        error: KEY: expected a key of the experiment file, found train.stepz; did you mean train.steps?

        """)
  }
}
