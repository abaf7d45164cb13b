import Autodiff
import Layers
import Specification
import Testing

/// A probability that follows the signs of a discriminator's logits.
@Suite struct AdaptiveProbabilityTests {
  private static let control = SignControl(target: 0.5, interval: 4, images: 100)

  /// p and the sum of signs after an update of a batch of 5, in a training with two updates a step.
  private func moved(_ state: [Double], logits: [Double], isEnd: Double) throws -> [Double] {
    let forward = Forward(Graph(), mode: .training)
    let probability = AdaptiveProbability(of: "net.site", Self.control)
    try probability.note(
      forward.graph.input("logits", shape: [5, 1]), isEnd: forward.graph.input("end", shape: []),
      updates: 2, in: forward)
    #expect(forward.changed == [probability.parameter])
    return evaluate(
      [try forward.value(of: probability.parameter)],
      ["net.site.adaptive": state, "logits": logits, "end": [isEnd]])[0]
  }

  @Test func signsAreAddedUntilTheEnd() throws {
    // (2 − 2)/5 = 0 and (3 − 2)/5.
    #expect(try moved([0.3, 1.5], logits: [1, -1, 0, 2, -3], isEnd: 0) == [0.3, 1.5])
    let more = try moved([0.3, 1.5], logits: [1, -1, 4, 2, -3], isEnd: 0)
    #expect(more[0] == 0.3 && abs(more[1] - 1.7) < 1e-6)
  }

  /// Eight updates of five examples are 40 of the 100 from 0 to 1. Their mean sign is held against 0.5, so their sum
  /// against 4.
  @Test(arguments: [(3.5, 0.7), (3.0, 0.3), (2.5, 0.0)]) func theEndChangesP(
    _ sum: Double, _ expected: Double
  ) throws {
    let rising = sum == 3.5
    let start = rising ? 0.3 : (sum == 3.0 ? 0.7 : 0.2)
    let found = try moved([start, sum], logits: [1, 1, 1, 1, rising ? 1 : -1], isEnd: 1)
    #expect(abs(found[0] - expected) < 1e-6 && found[1] == 0)
  }

  @Test func pIsHeldAtOneAndStaysAtTheTarget() throws {
    #expect(try moved([0.9, 4], logits: [1, 1, 1, 1, 1], isEnd: 1) == [1, 0])
    #expect(try moved([0.25, 3], logits: [1, 1, 1, 1, 1], isEnd: 1) == [0.25, 0])
  }

  /// An adaptive rate is the entry's rate times p, whatever the mode.
  @Test(arguments: [Forward.Mode.training, .sampling(dropout: .stochastic)])
  func ratesAreMultiplied(_ mode: Forward.Mode) throws {
    let (y, forward) = try DropoutCase("bernoulli", [8, 40]).build(
      rate: 0.8, mode: mode, schedule: .adaptive(Self.control))
    #expect(forward.scheduledRates.isEmpty)
    let name = "net.block1.post_act.adaptive"
    func dropped(_ p: Double) -> Double {
      let values = evaluate([y], [name: [p, 0]])[0]
      return Double(values.count { $0 == 0 }) / Double(values.count)
    }
    #expect(dropped(0) == 0)
    #expect(abs(dropped(0.5) - 0.4) < 0.1 && abs(dropped(1) - 0.8) < 0.1)
    #expect(forward.dropoutParameters(of: "net").map(\.name) == [name])
  }
}
