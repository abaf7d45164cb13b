package import Metrics
internal import Scores

/// A check by a row of sets, of which the first is honest, and of how metrics of each question should move over them.
package struct Scenario: Check {
  /// Its name.
  package let name: String
  /// The property that it is about.
  package let kind: CheckKind
  /// The data that it can be made on.
  package let reach: Reach
  /// What is expected of metrics of a question; nothing of those that are left out.
  package let reactions: [Question: Reaction]
  private let made: @Sendable (Draw, Question) throws -> [Sets]

  /// Describes a scenario.
  ///
  /// - Parameter sets: The sets of a draw, for metrics of a question; may throw `Unavailable` where the data do not allow
  ///   it.
  package init(
    _ name: String, _ kind: CheckKind, _ reactions: [Question: Reaction],
    reach: Reach = .anyData, sets: @escaping @Sendable (Draw, Question) throws -> [Sets]
  ) {
    (self.name, self.kind, self.reach) = (name, kind, reach)
    (self.reactions, made) = (reactions, sets)
  }

  /// Where labels of its sets are unique: the check itself where it makes its own, else the draw.
  private var scope: String { reach == .ownData ? name : "" }

  /// The sets of a draw for metrics of a question; the first is honest.
  ///
  /// - Throws: `Unavailable`, `UnusableNumber`, where the data do not allow it.
  package func sets(of draw: Draw, for question: Question) throws -> [Sets] {
    try made(draw, question)
  }

  /// What is expected of metrics of each question.
  package var passing: String {
    Question.allCases.compactMap { question in
      reactions[question].map { "\(question.rawValue): \($0.passing)" }
    }.joined(separator: "; ")
  }

  /// True where something is expected.
  package func asks(_ question: Question) -> Bool { reactions[question] != nil }

  /// Scores metrics on the sets and judges them.
  package func findings(of metrics: [any Metric], on bench: Bench) throws -> [Finding] {
    var tables: [Question: Table] = [:]
    try bench.forEachDraw { number in
      for question in Question.allCases {
        let asked = metrics.filter { $0.question == question }
        if asked.isEmpty || tables[question]?.problem != nil { continue }
        try add(question, asked, number, bench, to: &tables[question, default: Table()])
      }
    }
    return try metrics.compactMap { metric in
      guard let question = metric.question, let table = tables[question],
        let reaction = reactions[question]
      else { return nil }
      return try finding(
        of: metric, reaction, table, yardstick: bench.yardstick(of: metric, question))
    }
  }

  /// What was scored for a question.
  private struct Table {
    var labels: [String] = []
    /// The values by draw, set and metric.
    var draws: [[[String: Result<Double, Unavailable>]]] = []
    /// The reason why there are no such sets.
    var problem: String?
  }

  private func add(
    _ question: Question, _ asked: [any Metric], _ number: Int, _ bench: Bench,
    to table: inout Table
  ) throws {
    do {
      let sets = try sets(of: bench.draw(number), for: question)
      table.labels = sets.map(\.label)
      table.draws.append(
        try sets.map { try bench.values(of: asked, $0, draw: number, scope: scope) })
    } catch let reason as Unavailable {
      table.problem = reason.description
    } catch let reason as UnusableNumber {
      table.problem = reason.problem
    }
  }

  private func finding(
    of metric: any Metric, _ reaction: Reaction, _ table: Table, yardstick: Double
  ) throws -> Finding {
    if let problem = table.problem { return Finding(metric.key, notApplicable: problem) }
    var values = [[Double]](repeating: [], count: table.labels.count)
    for found in table.draws {
      for (level, scores) in found.enumerated() {
        switch scores[metric.key] {
        case .success(let value): values[level].append(value)
        // A metric that says how many rows it needs is not at fault. One that has to see a fault is, unless it has no
        // value of the honest set either.
        case .failure(let reason) where level > 0 && reaction == .worsens:
          return Finding(
            metric.key, passed: false, seen: "\(table.labels[level]): no value: \(reason)",
            expected: "a value")
        case .failure(let reason):
          return Finding(metric.key, notApplicable: "\(table.labels[level]): \(reason)")
        case nil: break
        }
      }
    }
    let levels = Levels(
      labels: table.labels, values: values, better: metric.better, yardstick: yardstick)
    let verdict = reaction.judge(levels)
    return Finding(
      metric.key, passed: verdict.passed, seen: levels.text, expected: verdict.expected)
  }
}
