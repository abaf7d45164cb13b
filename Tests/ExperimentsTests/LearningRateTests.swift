import Experiments
import Testing

/// Schedules of learning rates.
@Suite struct LearningRateTests {
  private func schedule(_ keys: String, steps: Int = 10) throws -> LearningRateSchedule {
    try Experiment.parse(
      "{name: x, data: {source: shapes}, model: {family: gan}, train: {steps: \(steps)}, "
        + "optimizer: {\(keys)}}", file: "x"
    ).optimizer.schedule
  }

  @Test func sharesAreThoseOfTheFormulas() throws {
    let constant = try schedule("")
    #expect((0..<10).map(constant.share) == [Double](repeating: 1, count: 10))
    let rising = try schedule("warmup: 4")
    #expect((0..<6).map(rising.share) == [0.25, 0.5, 0.75, 1, 1, 1])
    let line = try schedule("schedule: linear, warmup: 2")
    #expect((0..<10).map(line.share) == [0.5, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125])
    let cosine = try schedule("schedule: cosine, warmup: 2")
    #expect(cosine.share(at: 2) == 1)
    #expect(abs(cosine.share(at: 6) - 0.5) < 1e-15)
    #expect(abs(cosine.share(at: 4) - (1 + 0.5.squareRoot()) / 2) < 1e-15)
  }

  /// A rate that falls towards the last step makes a longer training another one.
  @Test func stepsArePartOfATrialWhoseRateFalls() throws {
    func hash(_ steps: Int, _ schedule: String) throws -> String {
      try Experiment.parse(
        "{name: x, data: {source: shapes}, model: {family: gan}, train: {steps: \(steps)}, "
          + "optimizer: {schedule: \(schedule), warmup: 3}}", file: "x"
      ).trialHash(seed: 0)
    }
    #expect(try hash(10, "constant") == hash(20, "constant"))
    for curve in ["cosine", "linear"] { #expect(try hash(10, curve) != hash(20, curve)) }
  }

  @Test func theDiscriminatorHasTheRateOfTheFileUnlessItHasItsOwn() throws {
    func rates(_ keys: String) throws -> [Double] {
      let optimizer = try Experiment.parse(
        "{name: x, data: {source: shapes}, model: {family: gan}, optimizer: {\(keys)}}", file: "x"
      ).optimizer
      return [optimizer.learningRate, optimizer.discriminatorRate]
    }
    #expect(try rates("learning_rate: 0.1") == [0.1, 0.1])
    #expect(try rates("learning_rate: 0.1, discriminator: {learning_rate: 0.3}") == [0.1, 0.3])
  }
}
