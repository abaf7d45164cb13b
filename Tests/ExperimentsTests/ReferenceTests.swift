import Experiments
import Foundation
import Testing

@Suite struct ReferenceTests {
  /// The experiment files of the repository.
  private static let shipped: [String] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../experiments").standardizedFileURL.path
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
  }()

  @Test func everyKeyOfTheShippedExperimentsIsThere() throws {
    let keys = Set(try Experiment.reference().map(\.key))
    #expect(Self.shipped.count > 20)
    for file in Self.shipped {
      for key in try Experiment.load(path: file).keysRead() where !keys.contains(key) {
        Issue.record("\(file): \(key) is not in the reference: add it to ReferenceExamples")
      }
    }
  }

  @Test func everyKeyIsDescribedOnce() throws {
    let keys = try Experiment.reference()
    #expect(Set(keys.map(\.key)).count == keys.count)
    for key in keys {
      #expect(!key.meaning.isEmpty && !key.meaning.hasSuffix("."), "\(key.key)")
      #expect(!key.expected.isEmpty, "\(key.key)")
    }
  }

  private func key(_ name: String) throws -> KeyDescription {
    try #require(try Experiment.reference().first { $0.key == name }, "no \(name)")
  }

  @Test func defaultsAreThoseOfTheCode() throws {
    #expect(try key("train.steps").standard == "3000")
    #expect(try key("train.ema").standard == "[0.995] for gan; else []")
    #expect(try key("optimizer.weight_decay").standard == "0.01 for adamw; 0 for sgd")
    #expect(try key("data.size").standard == "32 for built-in data; none for files")
    #expect(try key("dropout[].at").standard == "required")
  }

  @Test func conditionsAreThoseOfTheCode() throws {
    #expect(try key("loss.stft").only == "for vae; for representation waveform; for audio")
    #expect(try key("model.cell").only == "for backbone rnn")
    #expect(try key("loss.l2").only == "")
    #expect(try key("model").only == "for gan, vae, detector and classifier")
    #expect(
      try key("ablation.seeds").expected == "an integer from 1 to 10000, or a mapping of keys")
  }
}
