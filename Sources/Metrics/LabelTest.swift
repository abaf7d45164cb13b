internal import Foundation
internal import Statistics

/// Tests whether marked units have more of some weight than random marks of as many units would give them.
enum LabelTest {
  /// The number of weighted units from which on, if none has much of the weight, the normal distribution serves.
  private static let many = 30
  /// The largest share of the sum of squared weights that a single unit may have for it.
  private static let largestShare = 0.05

  /// The probability that random marks give marked units at least their weight: hypergeometric where weights are equal, else
  /// by the normal distribution with a correction for continuity, or exactly for independent marks, which has a heavier tail.
  ///
  /// - Parameters:
  ///   - weights: The weight of each unit; 0 for most.
  ///   - isMarked: True for marked units.
  static func p(of weights: [Int], isMarked: [Bool]) -> Double {
    let (units, marked) = (weights.count, isMarked.count { $0 })
    let own = zip(weights, isMarked).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    let used = weights.filter { $0 > 0 }
    guard let largest = used.max(), let smallest = used.min(), marked > 0, marked < units else {
      return 1
    }
    if largest == smallest {
      return hypergeometricTail(own / largest, drawn: used.count, of: units, marked: marked)
    }
    let share = Double(marked) / Double(units)
    let sum = Double(used.reduce(0, +))
    let squares = used.reduce(0.0) { $0 + Double($1 * $1) }
    if used.count >= many, Double(largest * largest) <= largestShare * squares {
      let n = Double(units)
      let variance = share * (1 - share) * n / (n - 1) * (squares - sum * sum / n)
      guard variance > 0 else { return 1 }
      return Normal.cumulative(-(Double(own) - 0.5 - share * sum) / variance.squareRoot())
    }
    // The distribution of the weight of marked units, a unit at a time.
    var chances = [1.0]
    for weight in used {
      var next = chances.map { $0 * (1 - share) } + [Double](repeating: 0, count: weight)
      for (index, chance) in chances.enumerated() { next[index + weight] += chance * share }
      chances = next
    }
    return min(1, chances.dropFirst(own).reduce(0, +))
  }

  /// The probability of at least `found` marked units among those drawn.
  static func hypergeometricTail(_ found: Int, drawn: Int, of units: Int, marked: Int) -> Double {
    func logChoices(_ n: Int, _ k: Int) -> Double {
      lgamma(Double(n + 1)) - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1))
    }
    let all = logChoices(units, drawn)
    let possible = max(0, drawn - (units - marked))...min(drawn, marked)
    guard found > possible.lowerBound else { return 1 }
    guard found <= possible.upperBound else { return 0 }
    let tail = (found...possible.upperBound).reduce(0.0) { sum, k in
      sum + exp(logChoices(marked, k) + logChoices(units - marked, drawn - k) - all)
    }
    return min(1, tail)
  }

  /// The probability that numbers of marked units are as small beside the others', by the Mann–Whitney test.
  static func p(of marked: [Double], below others: [Double]) -> Double? {
    guard !marked.isEmpty, !others.isEmpty else { return nil }
    return Normal.cumulative(DataCopyingTest.z(marked, others))
  }
}
