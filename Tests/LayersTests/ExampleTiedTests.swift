import Autodiff
import Layers
import Specification
import Testing

/// Units that are tied to training examples.
@Suite struct ExampleTiedTests {
  private static func tied(_ shape: Shape) -> DropoutCase {
    DropoutCase("example_tied", shape).with { $0.options = ["active": .number(0.3)] }
  }

  /// y = x at the free units and where the example's number is below `active`, else 0.
  @Test(arguments: [[3, 10], [3, 2, 4, 10], [3, 5, 10]]) func formula(_ shape: Shape) throws {
    let (y, forward) = try Self.tied(shape).build(rate: 0.6)
    let numbers = forward.numbersOfExamples
    #expect(numbers.map(\.stream) == ["dropout/net.block1.post_act/examples"])
    let input = try #require(numbers.first).input
    #expect(input.shape == [3] + shape.dropFirst().dropLast().map { _ in 1 } + [10])
    let of = (0..<30).map { (Double($0 * 7 % 30) + 0.5) / 30 }
    let x = evaluate([Tensor(graph: y.graph, id: 0)])[0]
    let found = evaluate([y], ["examples/net.block1.post_act": of])[0]
    let places = x.count / 30
    for (index, value) in found.enumerated() {
      let (example, unit) = (index / (10 * places), index % 10)
      let isOn = unit < 4 || of[example * 10 + unit] < 0.3
      #expect(value == (isOn ? x[index] : 0))
    }
  }

  /// Samples and predictions have the free units only, with masks or without, and at least one is free.
  @Test(arguments: [SamplingDropout.off, .stochastic, .given], [(0.6, 4), (0.95, 1), (0.001, 9)])
  func samplesHaveTheFreeUnits(_ masks: SamplingDropout, _ share: (rate: Double, free: Int)) throws
  {
    let (rate, free) = share
    let (y, forward) = try Self.tied([2, 10]).build(rate: rate, mode: .sampling(dropout: masks))
    #expect(forward.numbersOfExamples.isEmpty && forward.givenMasks.isEmpty)
    let x = evaluate([Tensor(graph: y.graph, id: 0)])[0]
    let kept = x.indices.map { $0 % 10 < free ? x[$0] : 0 }
    #expect(evaluate([y])[0] == kept)
  }

  /// Two passes over a batch have one mask, so that it is no dropout that is drawn anew.
  @Test func passesHaveOneMask() throws {
    let test = DropoutCase("example_tied", [2, 6]) { x, forward in
      let axes = DropoutCase.axes(of: x.shape)
      let first = try forward.site(.postAct, of: "net.block1", x, axes)
      return try first - forward.site(.postAct, of: "net.block1", x, axes)
    }
    let (y, forward) = try test.build(rate: 0.5)
    #expect(forward.numbersOfExamples.count == 1)
    #expect(evaluate([y])[0].allSatisfy { $0 == 0 })
    let plan = try DropoutPlan(
      [DropoutEntry(type: "example_tied", at: ["*"], rate: 0.5)], sites: forward.sites)
    #expect(!plan.drops(in: "net") && !plan.differs(in: "net", during: .step))
    #expect(plan.tiedToExamples?.path == "dropout.0")
  }

  @Test func aSingleUnitCannotBeTied() {
    let site = DropoutSite(
      .input, of: "net", axes: [.batch, .height, .width, .channels], example: [4, 4, 1])
    #expect {
      try DropoutPlan([DropoutEntry(type: "example_tied", at: ["*"], rate: 0.5)], sites: [site])
    } throws: {
      "\($0)"
        == "dropout.0 at net.input: expected 2 units or more, as not all can be tied to examples, found 1"
    }
  }

  /// A mask belongs to an example, so that examples cannot share it; units can.
  @Test func examplesDoNotShareAMask() throws {
    let site = DropoutSite(.input, of: "net", axes: [.batch, .features], example: [6])
    func plan(_ axis: Axis) throws -> DropoutPlan {
      try DropoutPlan(
        [DropoutEntry(type: "example_tied", at: ["*"], rate: 0.5, share: [axis])], sites: [site])
    }
    #expect(try plan(.features).placements[0].maskShape(batch: 4) == [4, 1])
    #expect {
      try plan(.batch)
    } throws: {
      "\($0)"
        == "dropout.0.share: expected axes of the mask at net.input: features, found batch"
    }
  }
}
