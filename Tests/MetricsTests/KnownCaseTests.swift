import Scores
import Metrics
import Testing

/// Cases whose right answers follow from the definitions; see `Fixtures/known.py`.
@Suite struct KnownCaseTests {
  private func comparison(_ known: KnownCase) throws -> Comparison {
    let made = known.spec.make()
    func set(_ name: String) throws -> MeasuredSet {
      MeasuredSet(ExampleSet(try #require(made[name])))
    }
    return Comparison(
      training: try set("training"), holdout: try set("holdout"), generated: try set("generated"),
      threads: 2)
  }

  private func value(_ key: String, _ sets: Comparison, _ spec: SetDescription) throws -> Double? {
    let cells = { (count: Int) in
      KMeans(centers: sets.training.features.rows(Array(0..<count)))
    }
    let proportions = {
      try CellProportions(
        cells(spec.ndb_cells), sets.training.features, sets.generated.features, threads: 2)
    }
    func score(_ key: String) throws -> Score {
      try #require(MetricCatalogue.all.first { $0.key == key }, "no metric \(key)").score(sets)
    }
    switch key {
    case "ndb":
      let (differing, used) = try proportions().differing
      return Double(differing) / Double(used)
    case "js": return try proportions().jensenShannon
    case "ct": return try score("ct").extra["global"]
    case "vendi_1": return try score("vendi").value
    case let key where key.hasPrefix("vendi_"):
      return try score("vendi").extraTables["orders"]?[String(key.dropFirst("vendi_".count))]
    default: return try score(key).value
    }
  }

  @Test(arguments: KnownCase.names)
  func rightAnswers(_ name: String) throws {
    let known = try KnownCase(name)
    let sets = try comparison(known)
    for (key, expected) in known.expected {
      let found = try #require(try value(key, sets, known.spec), "\(name) \(key)")
      #expect(
        abs(found - expected) <= 1e-8 + 1e-9 * abs(expected),
        "\(name) \(key): \(found), expected \(expected)")
    }
    for key in known.positive {
      #expect(throws: Unavailable.unbounded, "\(name) \(key)") {
        try value(key, sets, known.spec)
      }
    }
    for key in known.unavailable + known.infinite {
      let metric = try #require(MetricCatalogue.all.first { $0.key == key })
      #expect(throws: Unavailable.self, "\(name) \(key)") { try metric.score(sets) }
    }
  }

  @Test func reasonsNameWhatIsNeeded() throws {
    let row = ExampleSet(try! FeatureMatrix([1, 2], dimension: 2))
    let results = try MetricResults(training: row, holdout: nil, generated: row)
    func reason(_ key: String) -> String? { results.entries.first { $0.key == key }?.reason }
    #expect(reason("frechet_distance") == "needs at least 20 training examples, found 1")
    #expect(reason("coverage") == "needs at least 50 training examples, found 1")
    #expect(reason("copy_rate") == "needs at least 500 training examples, found 1")
    #expect(reason("fld") == "needs held-out examples")
  }

  /// Rows at whole numbers reach to those three away, and a row at the end to the fifth.
  @Test func rowsAreCoveredWithinTheirFifthNeighbor() throws {
    let rows = try FeatureMatrix((0..<60).map(Double.init), dimension: 1)
    let covered = try CoveredRows(rows, threads: 2)
    func numbers(_ generated: [Double]) throws -> [Int] {
      let found = try covered(FeatureMatrix(generated, dimension: 1))
      return found.indices.filter { found[$0] }
    }
    #expect(try numbers([10.5]) == [8, 9, 10, 11, 12, 13])
    #expect(try numbers([10.5, 40]) == [8, 9, 10, 11, 12, 13, 38, 39, 40, 41, 42])
    #expect(try numbers([-4.5]) == [0])
    #expect(try numbers([-100]) == [])
    let few = rows.rows(Array(0..<49))
    #expect(throws: Unavailable("needs at least 50 training examples, found 49")) {
      try CoveredRows(few, threads: 1)
    }
  }
}
