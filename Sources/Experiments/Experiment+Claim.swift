internal import Complaints

extension Experiment {
  /// `claim`: a claim about dropout, and the results of this experiment that count as reproducing it.
  public struct Claim: Sendable, Equatable {
    /// A contrast of arms, and the range in which it must lie.
    public struct Criterion: Sendable, Equatable {
      /// The range in which the contrast must lie.
      public enum Expectation: Sendable, Equatable {
        case above(Double)
        case below(Double)
        /// At most this distance from 0.
        case within(Double)
      }

      /// The metric's key.
      public let metric: String
      /// The weight of each arm, in the order written. The contrast is the weighted sum of the arms' values.
      public let contrast: [(arm: String, weight: Double)]
      /// The range in which the contrast must lie.
      public let expectation: Expectation

      /// True if both criteria have the same metric, range, arms and weights.
      public static func == (a: Criterion, b: Criterion) -> Bool {
        a.metric == b.metric && a.expectation == b.expectation
          && a.contrast.map(\.arm) == b.contrast.map(\.arm)
          && a.contrast.map(\.weight) == b.contrast.map(\.weight)
      }
    }

    /// `says`: the claim, in one sentence.
    public let says: String
    /// `source`: the authors of the claim and the place where they make it.
    public let source: String
    /// `reproduced_if`: all of these must hold.
    public let criteria: [Criterion]

    init(_ keys: SectionReader) throws {
      says = try keys.required("says", .text("the claim in a sentence"))
      source = try keys.required("source", .text("who says it, and where"))
      criteria = try keys.sections("reproduced_if", Criterion.init)
      guard !criteria.isEmpty else {
        throw keys.error(
          "missing key \(keys.dotted("reproduced_if")): expected a list of criteria, such as "
            + "{metric: accuracy, contrast: {arm: 1, none: -1}, above: 0}")
      }
    }
  }
}

extension Experiment.Claim.Criterion {
  fileprivate init(_ keys: SectionReader) throws {
    metric = try keys.required("metric", .text("the name of a metric"))
    contrast = try keys.entries("contrast") { entry in
      guard let weight = ValueKind<Double>.anyNumber.parse(entry.value), weight != 0 else {
        throw InputError(
          entry.place, key: "\(keys.dotted("contrast")).\(entry.key)",
          expected: "the arm's weight, a number that is not 0" + entry.value.sizeLimit,
          found: entry.value.found)
      }
      return (entry.key, weight)
    }
    guard !contrast.isEmpty else {
      throw keys.error(
        "missing key \(keys.dotted("contrast")): expected weights of arms, such as {arm: 1, none: -1}"
      )
    }
    let above = try keys.optional("above", .anyNumber)
    let below = try keys.optional("below", .anyNumber)
    let within = try keys.optional("within", .number(above: 0))
    let given = [
      above.map(Expectation.above), below.map(Expectation.below), within.map(Expectation.within),
    ].compactMap(\.self)
    guard given.count == 1 else {
      throw keys.error("expected one of above, below and within, found \(given.count) of them")
    }
    expectation = given[0]
  }
}
