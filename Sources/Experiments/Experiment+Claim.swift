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

        /// The distance from 0 of `within`; nil for the others.
        fileprivate var distance: Double? {
          if case .within(let distance) = self { distance } else { nil }
        }
      }

      /// The metric's key.
      public let metric: String
      /// Arms between two others, the best of which must beat both.
      public struct Peak: Sendable, Equatable {
        /// `arms`.
        public let arms: [String]
        /// `over`.
        public let ends: [String]
      }

      /// `peak`; nil for a contrast of given arms.
      public let peak: Peak?
      /// The weight of each arm, in the order written; empty for a peak. The contrast is the weighted sum of the arms'
      /// values.
      public let contrast: [(arm: String, weight: Double)]
      /// The range in which the contrast must lie.
      public let expectation: Expectation
      /// `smallest`; nil where none is stated.
      public let smallest: Double?
      /// `published`; nil where none is stated.
      public let published: Double?
      /// The arms, each with the key below the criterion's that names it.
      public let namedArms: [(arm: String, key: String)]

      /// True if both criteria have the same metric, range, arms, weights and effects.
      public static func == (a: Criterion, b: Criterion) -> Bool {
        a.metric == b.metric && a.expectation == b.expectation && a.peak == b.peak
          && a.smallest == b.smallest && a.published == b.published
          && a.contrast.map(\.arm) == b.contrast.map(\.arm)
          && a.contrast.map(\.weight) == b.contrast.map(\.weight)
      }
    }

    /// What must be so for the question to make sense: the mean of an arm's metric lies above or below a bound.
    public struct Condition: Sendable, Equatable {
      /// The metric's key.
      public let metric: String
      /// The arm.
      public let arm: String
      /// True for `above`, false for `below`.
      public let isAbove: Bool
      /// The bound.
      public let bound: Bound
    }

    /// A bound of a condition.
    public enum Bound: Sendable, Equatable {
      case number(Double)
      /// A share of what held-out examples have in the place of samples.
      case ofNull(Double)
    }

    /// `says`.
    public let says: String
    /// `source`.
    public let source: String
    /// `valid_if`.
    public let conditions: [Condition]
    /// `reproduced_if`.
    public let criteria: [Criterion]

    init(_ keys: SectionReader) throws {
      says = try keys.required(
        "says", .text("the claim in a sentence"), says: "the claim, in one sentence")
      source = try keys.required(
        "source", .text("who says it, and where"), says: "who makes the claim, and where")
      conditions = try keys.sections(
        "valid_if", says: "conditions without which the claim is not testable", Condition.init)
      criteria = try keys.sections(
        "reproduced_if", says: "criteria, at least one; all of them must hold", Criterion.init)
      guard !criteria.isEmpty else {
        throw keys.error(
          "missing key \(keys.dotted("reproduced_if")): expected a list of criteria, such as "
            + "{metric: accuracy, contrast: {arm: 1, none: -1}, above: 0}")
      }
    }
  }
}

extension Experiment.Claim.Condition {
  fileprivate init(_ keys: SectionReader) throws {
    metric = try keys.required(
      "metric", .text("the name of a metric"), says: "metric of the condition")
    arm = try keys.required("arm", .text("the name of an arm"), says: "arm of the condition")
    let given = ["above", "below"].filter(keys.isGiven)
    guard given.count == 1 else {
      throw keys.error("expected one of above and below, found \(given.count) of them")
    }
    isAbove = given[0] == "above"
    bound = try keys.required(
      given[0], .bound, says: "bound that the mean of the arm's metric must lie \(given[0])")
  }
}

extension ValueKind<Experiment.Claim.Bound> {
  /// A number, or a share of the metric's null: `{of_null: 0.3}`.
  fileprivate static var bound: Self {
    let number = ValueKind<Double>.anyNumber
    return ValueKind(
      expected: { _ in "a number, or a share of the null such as {of_null: 0.3}" },
      parse: { node in
        if let value = number.parse(node) { return .number(value) }
        guard case .mapping(let entries) = node.content, entries.count == 1,
          entries[0].key == "of_null", let share = number.parse(entries[0].value)
        else { return nil }
        return .ofNull(share)
      },
      render: { bound in
        switch bound {
        case .number(let value): number.render(value)
        case .ofNull(let share): .mapping([.init("of_null", number.render(share))])
        }
      })
  }
}

extension Experiment.Claim.Criterion {
  fileprivate init(_ keys: SectionReader) throws {
    metric = try keys.required(
      "metric", .text("the name of a metric"), says: "metric of the criterion")
    peak = try keys.optionalSection(
      "peak", says: "arms between two others, the best of which must beat both", Peak.init)
    if let peak {
      contrast = []
      namedArms = peak.arms.map { ($0, "peak.arms") } + peak.ends.map { ($0, "peak.over") }
      expectation = .above(0)
    } else if let (arm, share) = try Self.share(keys) {
      contrast = [(arm, 1), (share.of, -share.share)]
      namedArms = [(arm, "arm"), (share.of, "at_least_share.of")]
      expectation = .above(0)
    } else {
      contrast = try Self.contrast(keys)
      namedArms = contrast.map { ($0.arm, "contrast.\($0.arm)") }
      expectation = try Self.expectation(keys)
    }
    let stated = try keys.addition(
      "smallest", .number(above: 0),
      when: .only(
        expectation.distance == nil, "for above and below; the bound of within is that effect"),
      says: "smallest effect of interest, in the metric's units, as a distance from the bound")
    smallest = expectation.distance ?? stated
    published = try keys.addition(
      "published", .anyNumber, says: "contrast that the source reports, in the metric's units")
  }

  private static func contrast(_ keys: SectionReader) throws -> [(arm: String, weight: Double)] {
    let contrast = try keys.entries(
      "contrast", by: "arm", each: "a number that is not 0",
      says: "weight of an arm; the contrast is the weighted sum of the arms' values"
    ) { entry in
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
    return contrast
  }

  private static func expectation(_ keys: SectionReader) throws -> Expectation {
    let above = try keys.optional(
      "above", .anyNumber, says: "bound that the contrast must lie above")
    let below = try keys.optional(
      "below", .anyNumber, says: "bound that the contrast must lie below")
    let within = try keys.optional(
      "within", .number(above: 0), says: "largest distance of the contrast from 0")
    let equivalent = try keys.optionalSection(
      "equivalent", says: "a range around 0 in which arms count as equivalent"
    ) {
      try $0.required("within", .number(above: 0), says: "largest distance of the contrast from 0")
    }
    let given = [
      above.map(Expectation.above), below.map(Expectation.below),
      (within ?? equivalent).map(Expectation.within),
    ].compactMap(\.self)
    guard given.count == 1, within == nil || equivalent == nil else {
      throw keys.error(
        "expected one of above, below, within and equivalent, found \(given.isEmpty ? "none" : "several") of them"
      )
    }
    return given[0]
  }

  /// Reads `arm` and `at_least_share`, an arm and the share of another one's value that it must exceed.
  private static func share(
    _ keys: SectionReader
  ) throws -> (arm: String, share: (of: String, share: Double))? {
    guard keys.isGiven("at_least_share") else { return nil }
    let name = ValueKind<String>.text("the name of an arm")
    let arm = try keys.required(
      "arm", name, says: "arm that must reach a share of another arm's value")
    return try keys.optionalSection(
      "at_least_share", says: "the other arm, and the share of its value"
    ) {
      (
        try $0.required("of", name, says: "the other arm"),
        try $0.required(
          "share", .number(above: 0), says: "share of the other arm's value that must be exceeded")
      )
    }.map { (arm, $0) }
  }
}

extension Experiment.Claim.Criterion.Peak {
  fileprivate init(_ keys: SectionReader) throws {
    let names = ValueKind<[String]>.list(of: .text("the name of an arm"))
    arms = try keys.required(
      "arms", names, says: "arms in between; one of them is chosen by the held-out examples")
    ends = try keys.required("over", names, says: "the two arms at the ends")
    guard ends.count == 2 else {
      throw keys.error("over", expected: "the two arms at the ends", found: "\(ends.count)")
    }
    let shared = arms.filter(ends.contains)
    guard shared.isEmpty else {
      throw keys.error(
        "arms", expected: "arms between \(ends.joined(separator: " and "))",
        found: shared.joined(separator: ", "))
    }
  }
}
