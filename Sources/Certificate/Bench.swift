package import Metrics
package import Scores
internal import Statistics

/// A place where metrics are scored on draws of one population. What was scored is kept, as checks share sets.
///
/// Must not be used from two threads at once.
package final class Bench {
  /// Largest number of draws whose rows are kept in memory; further ones are made again for each check.
  private static let drawsKept = 50

  /// Where draws come from.
  package let population: any Population
  /// Number of draws that every check makes.
  package let draws: Int
  private let threads: Int
  private let progress: () -> Void
  private var made: [Int: Draw] = [:]
  private var kept: [String: [String: Result<Double, Unavailable>]] = [:]
  private var yardsticks: [String: Double] = [:]

  /// Sets up a bench.
  ///
  /// - Parameters:
  ///   - threads: Threads that share the work; no number depends on it.
  ///   - progress: Called when a check is done with a draw.
  package init(
    _ population: any Population, draws: Int, threads: Int, progress: @escaping () -> Void = {}
  ) {
    (self.population, self.draws, self.threads) = (population, draws, threads)
    self.progress = progress
  }

  /// Calls a function with the number of each draw.
  package func forEachDraw(_ body: (Int) throws -> Void) rethrows {
    for number in 0..<draws {
      try body(number)
      progress()
    }
  }

  /// The draw of a number.
  package func draw(_ number: Int) throws -> Draw {
    if let draw = made[number] { return draw }
    let draw = try population.draw(number, threads: Threads(threads))
    if number < Self.drawsKept { made[number] = draw }
    return draw
  }

  /// Values of metrics, or why they have none.
  ///
  /// - Parameters:
  ///   - draw: Number of the draw that the sets belong to.
  ///   - scope: Where equal labels stand for equal sets: the name of a check that makes sets of its own, else empty.
  package func values(
    of metrics: [any Metric], _ sets: Sets, draw: Int, scope: String = ""
  ) throws -> [String: Result<Double, Unavailable>] {
    let place = "\(scope) \(draw), seed \(sets.seed): \(sets.label)"
    let known = kept[place] ?? [:]
    let missing = metrics.filter { known[$0.key] == nil }
    guard !missing.isEmpty else { return known }
    let found = try entries(of: missing, sets, controls: [], testsCopying: false).map { entry in
      (
        entry.key,
        entry.value.map { Result.success($0.value) }
          ?? .failure(Unavailable(entry.reason ?? "no value"))
      )
    }
    kept[place] = known.merging(found) { $1 }
    return kept[place] ?? [:]
  }

  /// Metrics with controls and words.
  package func entries(
    of metrics: [any Metric], _ sets: Sets, controls: [Control], testsCopying: Bool = true
  ) throws -> [MetricEntry] {
    try MetricResults(
      training: sets.training, holdout: sets.holdout, generated: sets.generated, metrics: metrics,
      controls: controls, seed: sets.seed, testsCopying: testsCopying, threads: threads
    ).entries
  }

  /// How far a metric moves with a fault that it is to notice, on average over draws: what a change that it is not to
  /// notice is measured by. 0 where it has no value.
  package func yardstick(of metric: any Metric, _ question: Question) throws -> Double {
    if let known = yardsticks[metric.key] { return known }
    let moves = try (0..<draws).map { number in
      guard let (honest, fault) = try orNil({ try draw(number).fault(of: question) }) else {
        return 0.0
      }
      let before = try values(of: [metric], honest, draw: number)[metric.key]
      let after = try values(of: [metric], fault, draw: number)[metric.key]
      guard let before = try? before?.get(), let after = try? after?.get() else { return 0 }
      return after - before
    }
    let found = abs(mean(moves))
    yardsticks[metric.key] = found
    return found
  }
}

extension Draw {
  /// An honest set and one with the fault that a question is about.
  ///
  /// - Throws: `Unavailable`, `UnusableNumber`.
  func fault(of question: Question) throws -> (honest: Sets, fault: Sets) {
    switch question {
    case .rows, .distribution: (honest, try outliers(0.2))
    case .diversity: (try losing(0), try losing(3))
    case .memorization: (honest, try copies(0.2))
    }
  }
}

/// What a function returns; nil where the data do not allow it.
func orNil<Value>(_ body: () throws -> Value) throws -> Value? {
  do {
    return try body()
  } catch is Unavailable {
    return nil
  } catch is UnusableNumber {
    return nil
  }
}
