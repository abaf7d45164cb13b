import Certificate
import Scores
import Testing

/// The arithmetic of criteria, on values that are made up.
@Suite struct ReactionTests {
  private func levels(
    _ values: [[Double]], better: MetricDirection? = .lower, yardstick: Double = 0
  ) -> Levels {
    Levels(
      labels: values.indices.map { "level \($0)" }, values: values, better: better,
      yardstick: yardstick)
  }

  private func passes(_ reaction: Reaction, _ levels: Levels) -> Bool {
    reaction.judge(levels).passed
  }

  /// Values of an honest set with a deviation of 1: chance is 2√2.
  private static let honest = [-1.0, 0, 1]

  @Test func chanceIsTwoDeviationsOfADifference() {
    let judged = Reaction.worsens.judge(levels([Self.honest, [2.8, 2.8, 2.8]]))
    #expect(
      !judged.passed && judged.expected == "worse at every step, at the last by more than 2.83")
    #expect(passes(.worsens, levels([Self.honest, [2.9, 2.9, 2.9]])))
  }

  @Test func worseningHasADirectionAndNoStepBack() {
    let up = [Self.honest, [5, 5, 5], [9, 9, 9]]
    #expect(passes(.worsens, levels(up)))
    #expect(!passes(.worsens, levels(up, better: .higher)))
    // Without a better direction, either will do, but not both.
    let down = up.map { $0.map { -$0 } }
    #expect(
      passes(.worsens, levels(up, better: nil)) && passes(.worsens, levels(down, better: nil)))
    #expect(!passes(.worsens, levels([Self.honest, [9, 9, 9], [5, 5, 5]])))
    #expect(passes(.worsens, levels([Self.honest, [9, 9, 9], [7, 7, 7]])))
    // A constant sees nothing.
    #expect(!passes(.worsens, levels([[1, 1, 1], [1, 1, 1]])))
  }

  @Test func steadinessIsMeasuredByChanceOrByARealFault() {
    let moved = [Self.honest, [4, 4, 4]]
    #expect(!passes(.steady, levels(moved)))
    #expect(!passes(.steady, levels(moved, yardstick: 39)))
    #expect(passes(.steady, levels(moved, yardstick: 41)))
    #expect(passes(.steady, levels([Self.honest, [-2.8, -2.8, -2.8]])))
    // Not worse: a gain is none, a loss is; which is which is not known without a direction.
    #expect(
      !passes(.staysGood, levels(moved)) && passes(.staysGood, levels(moved, better: .higher)))
    #expect(!passes(.staysGood, levels(moved, better: nil)))
  }

  @Test func sameLooksAtEveryDraw() {
    let values = [Self.honest, [4, 0, -4]]
    #expect(passes(.steady, levels(values)) && !passes(.same, levels(values)))
    #expect(passes(.sameFault, levels([Self.honest, [9, 9, 9], [11, 7, 9]])))
    #expect(!passes(.sameFault, levels([Self.honest, [9, 9, 9], [12, 9, 9]])))
  }

  @Test func scalesHaveTwoEndsAndAMiddle() {
    let best = [[0.9, 1, 1.1], [101, 101, 101]]
    #expect(passes(.sameBest, levels(best + [[5, 5, 5]])))
    #expect(!passes(.sameBest, levels(best + [[7, 7, 7]])))
    #expect(passes(.sameWorst, levels(best + [[105, 105, 105]])))
    #expect(!passes(.sameWorst, levels(best + [[107, 107, 107]])))
    #expect(passes(.half, levels(best + [[60, 60, 60]])))
    #expect(!passes(.half, levels(best + [[62, 62, 62]])))
    // A useless set that cannot be told from an honest one makes no scale.
    #expect(!passes(.sameWorst, levels([Self.honest, [0, 0, 0], [0, 0, 0]])))
  }
}
