import Experiments
import Testing

@Suite struct TemplateTests {
  private func experiment(_ word: String) throws -> Experiment {
    try Experiment.parse(
      """
      name: x
      data: {source: shapes}
      trainer: {command: [a, "{rate}{on}", "\(word)"], samples: b, values: {rate: 0.30, on: true}}
      """, file: "x.yaml")
  }

  /// Names are filled in, doubled braces are braces, and values are texts as they were written.
  @Test(arguments: [
    ("--rate={rate}", "--rate=0.30"), ("{seed}{seed}", "<seed><seed>"), ("{on}", "true"),
    ("{{\"a\": {rate}}}", "{\"a\": 0.30}"), ("}}{{", "}{"), ("plain", "plain"),
  ]) func namesAreFilledIn(_ word: String, _ expected: String) throws {
    let word = word.replacing("\"", with: "\\\"")
    let trainer = try #require(experiment(word).trainer)
    let filled = trainer.command[2].filled { trainer.values[$0] ?? "<\($0)>" }
    #expect(filled == expected)
  }

  @Test(arguments: ["{seed", "seed}", "{{seed}", "{}", "{ seed }", "{data}"])
  func bracesWithoutAMeaning(_ word: String) {
    #expect(throws: (any Error).self) { try experiment(word) }
  }

  /// What is resolved reads back as the same experiment.
  @Test func resolvedTextsAreTheSame() throws {
    let given = try experiment("{{{seed}}}")
    let again = try Experiment.parse(given.resolvedYAML(), file: "x.yaml")
    #expect(again.trainer?.command == given.trainer?.command)
    #expect(again.trialHash(seed: 0) == given.trialHash(seed: 0))
  }
}
