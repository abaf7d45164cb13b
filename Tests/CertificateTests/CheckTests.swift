import Certificate
import Glossary
import Metrics
import Scores
import Testing

/// Checks of metrics that are known to be good or bad.
@Suite struct CheckTests {
  /// A metric that scores what a function says.
  private struct Made: Metric {
    let key: String
    let meaning = Meaning("made up")
    let aspect: MetricAspect
    let better: MetricDirection?
    let looksAtSingleRows: Bool
    let value: @Sendable (Comparison) throws -> Score

    init(
      _ key: String, _ aspect: MetricAspect, _ better: MetricDirection? = .lower,
      rows: Bool = false, value: @escaping @Sendable (Comparison) throws -> Score
    ) {
      (self.key, self.aspect, self.better, self.value) = (key, aspect, better, value)
      looksAtSingleRows = rows
    }

    func score(_ sets: Comparison) throws -> Score { try value(sets) }
  }

  /// The share of generated rows that lie farther from the mean of the training rows than any of those.
  private static let farther = Made("farther", .fidelity, rows: true) { sets in
    let center = sets.training.features.mean
    func squares(_ rows: FeatureMatrix) -> [Double] {
      (0..<rows.count).map { row in
        center.indices.reduce(0) { sum, column in
          let distance = rows.values[row * rows.dimension + column] - center[column]
          return sum + distance * distance
        }
      }
    }
    let limit = squares(sets.training.features).max() ?? 0
    let found = squares(sets.generated.features).count { $0 > limit }
    return Score(Double(found) / Double(sets.generated.count))
  }

  private static let constant = Made("constant", .fidelity, rows: true) { _ in Score(1) }
  private static let mean = Made("mean", .diversity, .higher) { sets in
    Score(sets.generated.features.values.reduce(0, +) / Double(sets.generated.count))
  }

  private func outcomes(_ check: String, _ metrics: [any Metric]) throws -> [String: Outcome] {
    let check = try #require(CheckCatalogue.all.first { $0.name == check })
    let bench = Bench(Mixture(rows: 200, dimension: 4), draws: 4, threads: 2)
    let findings = try check.findings(of: metrics, on: bench)
    return Dictionary(uniqueKeysWithValues: findings.map { ($0.metric, $0.outcome) })
  }

  @Test func aMetricThatSeesOutliersPassesAndAConstantFails() throws {
    #expect(
      try outcomes("outliers", [Self.farther, Self.constant])
        == ["farther": .passed, "constant": .failed])
    #expect(
      try outcomes("lost modes", [Self.farther, Self.constant])
        == ["farther": .passed, "constant": .passed])
  }

  @Test func unitsAndPlacesAreNoQuality() throws {
    for name in ["offset", "other units"] {
      #expect(
        try outcomes(name, [Self.farther, Self.mean]) == ["farther": .passed, "mean": .failed],
        "\(name)")
    }
  }

  /// A share of rows has a best and a worst value and a middle; a distance has no worst value.
  @Test func boundsOfAShareAndOfADistance() throws {
    let distance = Made("distance", .fidelity, rows: true) { sets in
      Score(
        zip(sets.training.features.mean, sets.generated.features.mean).map { abs($0 - $1) }.max()
          ?? 0)
    }
    for (name, expected) in [("worst value", Outcome.failed), ("half bad", .passed)] {
      #expect(
        try outcomes(name, [Self.farther, distance]) == ["farther": .passed, "distance": expected],
        "\(name)")
    }
  }

  @Test func wordsAreCounted() throws {
    /// A test of copying whose p does not look at the sets.
    func test(_ p: Double) -> Made {
      Made("p \(p)", .memorization) { _ in
        var score = Score(0)
        score.copiesP = p
        return score
      }
    }
    #expect(
      try outcomes("honest called copies", [test(0), test(1)])
        == ["p 0.0": .failed, "p 1.0": .passed, "any": .failed])
    #expect(
      try outcomes("20% copies found", [test(0), test(1)])
        == ["p 0.0": .passed, "p 1.0": .failed, "any": .passed])
  }

  @Test func aMetricWithoutAValueIsNotJudged() throws {
    let silent = Made("silent", .diversity) { _ in throw Unavailable("needs pictures") }
    let small = Made("small", .diversity) { sets in
      if sets.generated.count < 200 { throw Unavailable("needs 200 rows") }
      return Score(1)
    }
    let bench = Bench(Mixture(rows: 200, dimension: 4), draws: 3, threads: 1)
    let check = try #require(CheckCatalogue.all.first { $0.name == "size of G" })
    let findings = try check.findings(of: [silent, small], on: bench)
    #expect(findings.map(\.outcome) == [.notApplicable, .notApplicable])
    #expect(findings.map(\.seen) == ["honest: needs pictures", "50% of G: needs 200 rows"])
  }

  /// False alarms fail where a share is above 5% beyond chance: 4 of 20, and 3 of 20 are not enough.
  @Test func aShareIsJudgedByTheExactBinomial() {
    #expect(Cases(found: 3, of: 20).isAtMost(0.05) && !Cases(found: 4, of: 20).isAtMost(0.05))
    #expect(Cases(found: 4, of: 20).text == "20% (4 of 20)")
  }
}

/// Sets with known faults, and certificates of them.
@Suite struct CertificateTests {
  private static let few = MetricCatalogue.all.filter {
    ["precision", "coverage", "memorized_share"].contains($0.key)
  }

  @Test func faultsAreWhatTheirLabelsSay() throws {
    let draw = try Mixture(rows: 100, dimension: 3).draw(1, threads: 1)
    let honest = draw.honest.generated.features.values
    func changed(_ sets: Sets) -> Int {
      (0..<100).count { sets.generated.features.values[$0 * 3] != honest[$0 * 3] }
    }
    let outliers = try draw.outliers(0.2)
    #expect(outliers.label == "20% outliers" && changed(outliers) == 20)
    #expect(try changed(draw.copies(0.05)) == 5 && changed(draw.invented(0.1)) == 10)
    #expect(try changed(draw.shifted(1)) == 100 && changed(draw.widened(1)) <= 100)
    let duplicates = draw.duplicatesInTraining(0.2).training.features
    #expect(duplicates.rows(Array(0..<20)) == duplicates.rows(Array(20..<40)))
    let whole = try draw.losing(0).generated
    let lost = try draw.losing(3).generated
    #expect(whole.count == lost.count && lost.count >= 20 && lost.features != whole.features)
  }

  /// Halves of the held-out rows share none.
  @Test func givenSetsAreHalved() throws {
    let source = try Mixture(rows: 200, holdout: 120, generated: 10, dimension: 2)
      .draw(0, threads: 1)
    let given = GivenSets(training: source.training, holdout: source.holdout)
    let draw = try given.draw(3, threads: 1)
    let rows = Set(draw.holdout.origin + draw.honest.generated.origin)
    #expect(rows == Set(0..<120) && draw.honest.generated.count == 60)
    #expect(try given.draw(4, threads: 1).holdout.origin != draw.holdout.origin)
  }

  @Test func aCertificateDoesNotDependOnThreads() throws {
    let source = try Mixture(rows: 150, holdout: 120, generated: 10, dimension: 3)
      .draw(0, threads: 1)
    let plan = CertificatePlan.given(
      GivenSets(training: source.training, holdout: source.holdout), features: "as they are")
    var steps: [Int] = []
    let one = try Certificate(of: Self.few, by: plan, draws: 3, threads: 1) {
      steps.append($0.done)
    }
    let two = try Certificate(of: Self.few, by: plan, draws: 3, threads: 2)
    #expect(one == two)
    #expect(steps.last == 3 * plan.parts[0].checks.count && steps == steps.sorted())
    #expect(Set(one.trust.keys) == Set(Self.few.map(\.key)))
    #expect(!one.rows.contains { $0.check == "sphere surface" })
    #expect(one.rows.contains { $0.metric == "any" && $0.check == "honest called copies" })
  }

  /// Trust is lost by a purpose that is missed or an accusation, and lessened by anything else.
  @Test func trust() {
    func row(_ kind: CheckKind, _ outcome: Outcome) -> Certificate.Row {
      Certificate.Row(
        metric: "m", check: "c", kind: kind, data: "d", outcome: outcome, seen: "", expected: "")
    }
    #expect(Certificate.trust([row(.purpose, .passed)]) == .trusted)
    #expect(Certificate.trust([row(.purpose, .passed), row(.bounds, .failed)]) == .withCare)
    #expect(Certificate.trust([row(.purpose, .failed)]) == .no)
    #expect(Certificate.trust([row(.falseAlarms, .failed)]) == .no)
    #expect(Certificate.trust([row(.purpose, .notApplicable)]) == .unknown)
  }

  /// Values are kept by label: within a check, and among those that share draws, equal labels are equal sets.
  @Test func labelsTellSetsApart() throws {
    let draw = try Mixture(rows: 60, dimension: 3).draw(0, threads: 1)
    let scenarios = CheckCatalogue.all.compactMap { $0 as? Scenario }
    var known: [String: [FeatureMatrix]] = [:]
    for scenario in scenarios {
      let scope = scenario.reach == .ownData ? scenario.name : ""
      for question in Question.allCases where scenario.asks(question) {
        for sets in try scenario.sets(of: draw, for: question) {
          let features = [sets.training, sets.holdout, sets.generated].map(\.features)
          let place = "\(scope) \(sets.label)"
          #expect(known[place] ?? features == features, "\(place)")
          known[place] = features
        }
      }
    }
    #expect(scenarios.count > 20 && known.count > 60)
  }

  /// Both have sets that are labelled by a distance.
  @Test func checksWithSetsOfTheirOwnDoNotShareValues() throws {
    let bench = Bench(Mixture(rows: 60, dimension: 2), draws: 3, threads: 1)
    let metrics = MetricCatalogue.all.filter { $0.key == "frechet_distance" }
    let seen = try ["heavy tails", "one of 64 features apart"].map { name in
      let check = try #require(CheckCatalogue.all.first { $0.name == name })
      return try check.findings(of: metrics, on: bench)[0].seen
    }
    #expect(seen[0] != seen[1])
  }

  /// Every check has a name and a kind of its own place in tables.
  @Test func checksHaveNames() {
    let names = CheckCatalogue.all.map(\.name)
    #expect(
      Set(names).count == names.count && CheckCatalogue.all.allSatisfy { !$0.passing.isEmpty })
  }
}
