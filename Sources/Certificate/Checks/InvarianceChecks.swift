internal import Metrics
internal import Scores

/// Changes of all sets alike that change no distribution.
///
/// Source: arXiv:2505.22450, §3 and 4: one dimension that is scaled.
enum InvarianceChecks {
  static let all = [offset, scale, oneFeature]

  private static let everyQuestion = Question.all(expecting: .same)
  /// An offset in radii of the data, and a change of units.
  private static let (far, units) = (1000.0, 100.0)

  static let offset = Scenario("offset", .invariance, everyQuestion) { draw, _ in
    let distance = far * draw.radius
    return [
      draw.honest, try draw.honest.changed("moved by 1000 radii") { value, _ in value + distance },
    ]
  }

  static let scale = Scenario("other units", .invariance, everyQuestion) { draw, _ in
    [draw.honest, try draw.honest.changed("100 times as large") { value, _ in value * units }]
  }

  /// A fault has to be seen although another feature has other units.
  static let oneFeature = Scenario(
    "one feature in other units", .invariance, Question.all(expecting: .sameFault)
  ) { draw, question in
    guard draw.dimension > 1 else { throw Unavailable("needs two features") }
    let (honest, fault) = try draw.fault(of: question)
    let last = draw.dimension - 1
    let label = "\(fault.label) with one feature 100 times as large"
    return [
      honest, fault, try fault.changed(label) { $1 == last ? $0 * units : $0 },
    ]
  }
}
