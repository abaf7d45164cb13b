import FolderSupport
import Complaints
import Experiments
import Foundation
import Testing

/// Values that replace those of a file.
@Suite struct OverrideTests {
  static let values: [YAMLValue] = [
    .null, .flag(true), .integer(-3), .number(1e-9), .number(4), .text("conv"), .text("no"),
    .text("null"), .text("0x1f"), .text("a: b #"), .text(""), .text("12"), .list([]),
    .list([.integer(1), .list([.text("*.post_act")])]), .mapping([]),
    .mapping([.init("mean_of", .integer(4)), .init("a b", .mapping([.init("c", .null)]))]),
  ]

  @Test(arguments: values) func aValueIsTheSameAsText(_ value: YAMLValue) throws {
    let override = Override("a.0.b", value)
    #expect(override.value == value)
    #expect(override.text == "a.0.b=\(value.flowText)")
    #expect(override.place == SourcePlace(file: "--set \(override.text)"))
    let parsed = try Override(parsing: override.text)
    #expect(parsed == override && parsed.value == value && parsed.place == override.place)
    let data = try JSONEncoder().encode([override])
    #expect(try JSONDecoder().decode([Override].self, from: data) == [override])
  }

  @Test func theTextStaysAsItWasGiven() throws {
    let override = try Override(parsing: " train.steps = 0012 ")
    #expect(override.key == "train.steps" && override.text == " train.steps = 0012 ")
    #expect(override == Override("train.steps", .text("0012")))
    #expect(try JSONEncoder().encode([override]) == Data("[\" train.steps = 0012 \"]".utf8))
  }

  @Test(arguments: [
    ("train.steps", "expected KEY=VALUE, such as train.steps=100"),
    ("train.steps=", "expected a value after the ="),
    ("=3", "expected a dotted key such as train.steps, found \"\""),
    ("a..b=3", "expected a dotted key such as train.steps, found \"a..b\""),
    ("a=[", "not valid YAML: did not find expected node content (while parsing a flow node)"),
  ])
  func textsThatAreNone(_ text: String, _ problem: String) {
    #expect(complaint { try Override(parsing: text) } == "--set \(text): \(problem)")
  }

  @Test func aFileWithATextThatIsNone() {
    #expect {
      try JSONDecoder().decode([Override].self, from: Data("[\"train.steps\"]".utf8))
    } throws: {
      guard case DecodingError.dataCorrupted(let context) = $0 else { return false }
      return context.debugDescription
        == "--set train.steps: expected KEY=VALUE, such as train.steps=100"
    }
  }

  /// An override by a value and one by its text change an experiment alike.
  @Test func valuesAndTextsDoTheSame() throws {
    let base = try parse(minimalGAN)
    for override in [
      Override("model.generator.norm", .text("layer")), Override("train.ema", .number(0.5)),
      Override("data.augment.mixup", .mapping([])), Override("loss.max_norm", .null),
      Override("dropout", .list([.mapping([.init("at", .text("*")), .init("x", .text("7"))])])),
    ] {
      let direct = try base.overriding([override])
      #expect(try direct == base.overriding([Override(parsing: override.text)]))
      #expect(try direct.resolvedYAML() == parse(minimalGAN, [override.text]).resolvedYAML())
    }
  }

  @Test func errorsNameThePlaceThatTravelsWithTheValue() throws {
    let place = SourcePlace(file: "arms.yaml", line: 7)
    let base = try parse(minimalGAN)
    let wrong = Override(
      "dropout", .list([.mapping([.init("at", .text("*")), .init("rate", .integer(2))])]), at: place
    )
    let problem =
      "dropout.0.rate: expected a number in 0 ≤ rate < 1 (the probability of dropping), found 2"
    #expect(complaint { try base.overriding([wrong]) } == "arms.yaml:7: \(problem)")
    #expect(
      complaint { try base.overriding([wrong.of(arm: "a-0.2")]) }
        == "arms.yaml:7: arm a-0.2: \(problem)")
    let moved = wrong.of(arm: "b", at: SourcePlace(file: "sweep.json"))
    #expect(complaint { try base.overriding([moved]) } == "sweep.json: arm b: \(problem)")
    #expect(
      complaint { try base.overriding([Override("modl.width", .integer(3), at: place)]) }
        == "arms.yaml:7: unknown key modl; did you mean model? (valid: name, seed, trainer, data, model, loss, "
        + "train, optimizer, dropout, sampling, metrics, claim, slurm, ablation)")
  }

  /// An override with a source line of its own does not count as a key of the file. Without an effect it is an
  /// error instead of being left out.
  @Test func anOverrideWithALineIsNotOfTheFile() throws {
    let base = try parse(minimalGAN + "")
    let place = SourcePlace(file: "arms.yaml", line: 7)
    #expect(
      complaint { try base.overriding([Override("model.hidden", .integer(3), at: place)]) }
        == "arms.yaml:7: model.hidden: would have no effect: it is for backbones mlp and rnn, not conv"
    )
  }
}
