import FolderSupport
import Specification
import Complaints
import Foundation
import Experiments
import Testing

@Suite struct BadExperimentTests {
  struct Case {
    var overrides: [String] = []
    var file = ""
    var message = ""
  }

  static func cases() throws -> [Case] {
    let url = try #require(
      Bundle.module.url(
        forResource: "bad-experiments", withExtension: "txt", subdirectory: "Fixtures"))
    let blocks = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n=====\n")
    return blocks.dropFirst().filter { !$0.isEmpty }.map { block in
      var bad = Case()
      for line in block.components(separatedBy: "\n") {
        switch line {
        case "GAN": bad.file += minimalGAN
        case "VAE": bad.file += minimalVAE
        case _ where line.hasPrefix("SET "): bad.overrides.append(String(line.dropFirst(4)))
        case _ where line.hasPrefix("=> "): bad.message = String(line.dropFirst(3))
        default: bad.file += line + "\n"
        }
      }
      return bad
    }
  }

  @Test func everyMistakeIsNamed() throws {
    let cases = try Self.cases()
    #expect(cases.count > 150)
    for bad in cases {
      #expect(complaint(bad.file, bad.overrides) == bad.message, "\(bad.overrides) \(bad.file)")
    }
  }

  @Test func aMistakeThatAnOverrideMendsIsNone() {
    #expect(complaint(minimalGAN + "train: {steps: x}", ["train.steps=3"]) == "accepted")
    #expect(complaint(minimalGAN + "trian: {steps: 3}", ["trian=null"]) == "accepted")
  }

  /// A valid key of the file that loses its effect by an override is left out with a note. Such a key given with
  /// an override is an error, as is one that is not valid in the file.
  @Test func keysThatAnOverrideLeavesWithoutEffect() throws {
    let conv = "name: x\ndata: {source: shapes}\nmodel: {family: gan, backbone: conv, width: 8}\n"
    let mlp = try parse(conv, ["model.backbone=mlp"])
    #expect(mlp.model.backbone == .mlp)
    #expect(
      mlp.notes == [
        "digits.yaml:3: model.width is left out: it is for backbones conv and resnet, not mlp"
      ])
    #expect(!mlp.resolvedYAML().contains("width"))
    #expect(try mlp.overriding([Override("seed", .integer(3))]).notes.isEmpty)
    #expect(try parse(conv).notes.isEmpty)
    #expect(
      complaint(conv, ["model.backbone=mlp", "model.width=9"])
        == "--set model.width=9: model.width: would have no effect: it is for backbones conv and "
        + "resnet, not mlp")
    #expect(
      complaint(conv, ["model.backbone=mlp", "model.hidden=x"])
        == "--set model.hidden=x: model.hidden: expected an integer from 1 to 65536, or a list of "
        + "these, found x")
    let wrong = "model.hidden: would have no effect: it is for backbones mlp and rnn, not conv"
    #expect(complaint(conv.replacing("width", with: "hidden"), ["seed=1"]).hasSuffix(wrong))
    // An arm may leave keys out too, but must have an effect itself.
    let arms = conv + "ablation: {grid: {model.backbone: [conv, mlp]}}\n"
    #expect(complaint(arms) == "accepted")
    #expect(
      complaint(conv + "ablation:\n  grid:\n    model.hidden: [[8]]\n")
        == "digits.yaml:6: \(wrong)")
  }

  @Test func aTabInAFileOfWindows() {
    let text = "name: x\r\ndata: {source: shapes}\r\nmodel:\r\n\tfamily: gan\r\n"
    #expect(complaint(text).hasSuffix("; YAML is indented with spaces, not tabs"))
  }

  @Test func anErrorKnowsItsParts() throws {
    let error = try #require(throws: InputError.self) {
      try parse(minimalGAN + "train:\n  steps: many")
    }
    #expect(error.place == SourcePlace(file: "digits.yaml", line: 5))
    #expect(error.key == "train.steps")
    #expect(
      error.problem
        == .value(
          expected: "an integer from 1 to 1000000000", found: "many", suggestion: nil))
  }

  @Test func filesThatAreNone() throws {
    try withTemporaryFolder { folder in
      func load(_ name: String, _ bytes: [UInt8]?) -> String {
        let url = folder.appendingPathComponent(name)
        return complaint {
          try bytes.map { try Data($0).write(to: url) }
          return try Experiment.load(path: url.path)
        }.replacingOccurrences(of: folder.path + "/", with: "")
      }
      #expect(
        load("missing.yaml", nil) == "missing.yaml: cannot read: No such file or directory")
      #expect(
        complaint { try Experiment.load(path: folder.path) }
          == "\(folder.path): cannot read: Is a directory")
      #expect(
        complaint { try Experiment.load(path: "/dev/zero") }
          == "/dev/zero: expected a regular file, found a device or a pipe")
      #expect(
        load("empty.yaml", []) == "empty.yaml: expected an experiment, found an empty file")
      let large = [UInt8](repeating: UInt8(ascii: "#"), count: 1 << 20 + 1)
      #expect(
        load("large.yaml", large) == "large.yaml: expected at most 1 MiB, found 1048577 bytes")
      let latin = Array("name: x\n# caf".utf8) + [0xE9, 0x0A]
      #expect(
        load("latin.yaml", latin)
          == "latin.yaml:2: expected text in UTF-8, found bytes that are not")
      let utf16 = Array("name: x\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
      #expect(
        load("utf16.yaml", [0xFF, 0xFE] + utf16)
          == "utf16.yaml:1: expected text in UTF-8, found bytes that are not")
      #expect(
        load("zero.yaml", Array("name: x\nseed: \0\n".utf8))
          == "zero.yaml:2: not valid YAML: control characters are not allowed (U+0)")
      #expect(load("mark.yaml", [0xEF, 0xBB, 0xBF] + minimalGAN.utf8) == "accepted")
      #expect(
        load("windows.yaml", Array(minimalGAN.utf8).flatMap { $0 == 10 ? [13, 10] : [$0] })
          == "accepted")
    }
  }

  @Test(.timeLimit(.minutes(1))) func bombsAreRefused() throws {
    let laughs = (1...12).map {
      "a\($0): &a\($0) ["
        + Array(repeating: "*a\($0 - 1)", count: 10)
        .joined(separator: ",") + "]\n"
    }.joined()
    #expect(
      complaint("a0: &a0 x\n" + laughs)
        == "digits.yaml:1: more than 100000 values once aliases are followed")
    let deep = String(repeating: "[", count: 500_000)
    #expect(complaint("name: " + deep).hasPrefix("digits.yaml:1: not valid YAML: "))
    let blocks = String(repeating: "- ", count: 500_000)
    #expect(complaint("name:\n  " + blocks).hasPrefix("digits.yaml:2: not valid YAML: "))
    let long = String(repeating: "x", count: 1_000_000)
    #expect(complaint("\(long): 3\n" + minimalGAN).hasPrefix("digits.yaml:1: not valid YAML: "))
    #expect(complaint(minimalGAN + "seed: \(long)").count < 200)
  }

  @Test func filesWithChangedLettersAreReadOrRefused() {
    let letters = Array("{}[]:,\"'*&!|>%@`-#?~\t\n 0a.".unicodeScalars)
    let original = Array(vocabulary.unicodeScalars)
    var state: UInt64 = 1
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var refused = 0
    for _ in 0..<1000 {
      var text = String.UnicodeScalarView(original)
      for _ in 0...random(3) {
        let index = text.index(text.startIndex, offsetBy: random(text.count))
        text.replaceSubrange(index...index, with: [letters[random(letters.count)]])
      }
      let message = complaint(String(text))
      if message != "accepted" {
        refused += 1
        #expect(message.hasPrefix("digits.yaml:"), "\(message)")
      }
    }
    #expect(refused > 300)
  }

  @Test func relativePathsOfAFileStartAtItsFolder() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a.yaml")
      try Data("name: a\ndata: {path: digits}\nmodel: {family: vae}".utf8).write(to: url)
      let experiment = try Experiment.load(
        path: url.path, overrides: [Override("train.steps", .integer(7))])
      #expect(experiment.file == url.path)
      #expect(experiment.train.steps == 7)
      #expect(
        experiment.data.origin.path?.resolved
          == folder.standardizedFileURL.appendingPathComponent("digits").path)
    }
  }

  @Test func nearestNames() {
    let names = ["steps", "batch", "learning_rate", "l1", "l2"]
    #expect(nearestName(to: "step", among: names) == "steps")
    #expect(nearestName(to: "bacth", among: names) == "batch")
    #expect(nearestName(to: "batch_size", among: names) == "batch")
    #expect(nearestName(to: "learningRate", among: names) == "learning_rate")
    #expect(nearestName(to: "lr", among: ["name", "learning_rate"]) == "learning_rate")
    #expect(nearestName(to: "l3", among: names) == "l1")
    #expect(nearestName(to: "tensorboard", among: names) == nil)
    #expect(nearestName(to: "", among: names) == nil)
    #expect(nearestName(to: "x", among: []) == nil)
  }
}
