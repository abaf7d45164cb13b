public import Scores

/// A metric's value with its controls.
public struct MetricEntry: Sendable {
  /// The metric's name.
  public let key: String
  /// The question that the metric answers.
  public let aspect: MetricAspect
  /// The direction in which a better generator moves the value; nil where neither is better.
  public let better: MetricDirection?
  /// The score of the generated set; nil when the metric has no value for it.
  public private(set) var value: Score?
  /// The reason why there is no value.
  public private(set) var reason: String?
  /// The scores of the controls that have one.
  public private(set) var controls: [Control: Score] = [:]
  /// The measurements that the entry was made from, in the order in which they were made.
  public private(set) var measurements: [MetricMeasurement] = []

  /// What fewer generated rows do to the value.
  private let withFewerRows: SizeEffect
  /// True where the value says nothing, as the generated set repeats a few examples.
  private let saysNothing: Bool

  /// Creates an entry from measurements.
  ///
  /// - Parameters:
  ///   - measurements: One for each set; those of other metrics are left out.
  ///   - withFewerRows: What fewer generated rows do to the value.
  ///   - saysNothing: True where the value is to get no word.
  public init(
    key: String, aspect: MetricAspect, better: MetricDirection?, measurements: [MetricMeasurement],
    withFewerRows: SizeEffect = .worse, saysNothing: Bool = false
  ) {
    (self.key, self.aspect, self.better) = (key, aspect, better)
    (self.withFewerRows, self.saysNothing) = (withFewerRows, saysNothing)
    for measurement in measurements where measurement.metric == key { add(measurement) }
  }

  /// Creates an entry from a score that was measured elsewhere.
  ///
  /// - Parameters:
  ///   - value: The score, or the reason why there is none.
  ///   - null: The score of held-out examples.
  public init(
    key: String, aspect: MetricAspect, better: MetricDirection?,
    value: Result<Score, Unavailable>, null: Score?
  ) {
    let null = null.map { MetricMeasurement(key, .null, .success($0)) }
    self.init(
      key: key, aspect: aspect, better: better,
      measurements: [MetricMeasurement(key, nil, value)] + [null].compactMap(\.self))
  }

  /// Creates an entry from what a function scores, or from the reason why it cannot.
  ///
  /// - Throws: What `score` throws, except `Unavailable`, which becomes the reason.
  public init(
    key: String, aspect: MetricAspect, better: MetricDirection?, _ score: () throws -> Score
  ) throws {
    self.init(
      key: key, aspect: aspect, better: better,
      measurements: [try MetricMeasurement(key, of: score)])
  }

  /// Time that the value and its controls took.
  public var seconds: Double { measurements.reduce(0) { $0 + $1.seconds } }

  /// Adds the measurement of one set.
  mutating func add(_ measurement: MetricMeasurement) {
    measurements.append(measurement)
    guard let control = measurement.control else {
      (value, reason) = (measurement.score, measurement.reason)
      return
    }
    controls[control] = measurement.score
  }

  /// The share of honest generators for which some test of copying of a table says `copies`, at most.
  private static let error = 0.05
  /// Number of tests of copying in a table, at most: nine of sets of examples, and four of a trained model: of a gap, of the
  /// attacks by its numbers and by calibrated ones, and of canaries. Each is made at its share of the error (Bonferroni).
  private static let tests = 13.0
  /// Standard deviations by which a metric of memorisation is farther from its null than chance, at the same share.
  private static let farther = 2.89

  /// True where the generated set, or a control, has no value as its rows equal training rows.
  ///
  /// - Parameter control: Nil for the generated set.
  public func isUnbounded(_ control: Control? = nil) -> Bool {
    measurements.contains {
      $0.control == control && $0.reason == Unavailable.unbounded.description
    }
  }

  /// True where a metric of memorisation has a test, and it finds copies in these data: planted in 5% of the rows, or in
  /// the value itself. Nil for metrics of other aspects, without a test or that control, or where the value says nothing.
  public var isInformative: Bool? {
    guard aspect == .memorization, !saysNothing, let planted = controls[.planted]?.copiesP
    else { return nil }
    return showsCopies || planted < Self.error / Self.tests
  }

  /// True where the test of a metric of memorisation finds copies.
  private var showsCopies: Bool {
    value?.copiesP.map { $0 < Self.error / Self.tests } ?? false
  }

  /// True where the value is worse than that of copies by more than chance. Copying does not explain this:
  /// such samples may be like nothing in the data, and only by accident nearer to some training examples.
  private var isBeyondCopies: Bool {
    guard let value, let copies = controls[.copies] else { return false }
    let difference = value.value - copies.value
    return abs(difference) > chance([value, copies]) && !isBetter(difference)
  }

  /// The verdict on the value in words, such as `as held-out`; empty where there is none.
  public var word: String { verdict.rawValue }

  /// The verdict on the value beside its controls: none where the value says nothing, and for metrics of memorisation
  /// without a test.
  package var verdict: MetricVerdict {
    guard !saysNothing else { return .none }
    guard let value else { return .noValue }
    if aspect == .memorization, value.copiesP == nil { return .none }
    guard let null = controls[.null] else { return showsCopies ? .copies : .noControl }
    let difference = value.value - null.value
    if showsCopies { return isBeyondCopies ? .beyondCopies : .copies }
    if isInformative == false { return .uninformative }
    if aspect == .memorization {
      let isFarther =
        isBetter(difference)
        && abs(difference) > chance([value, null]) * Self.farther / Self.deviations
      return isFarther ? .farther : .alike
    }
    if abs(difference) <= chance([value, null]) { return .alike }
    if better == nil {
      if nullIsSmaller, withFewerRows == .either { return .otherSize }
      return difference < 0 ? .below : .above
    }
    // A null of fewer examples may differ for that alone.
    if isBetter(difference) {
      return nullIsSmaller && withFewerRows != .better ? .alikeOrBetter : .better
    }
    return nullIsSmaller && withFewerRows != .worse ? .alikeOrWorse : .worse
  }

  /// True where the null has fewer examples than the value.
  private var nullIsSmaller: Bool {
    let sizes = [Control?.none, .null].map { role in
      measurements.first { $0.control == role }?.examples ?? 0
    }
    return sizes[1] < sizes[0]
  }

  /// Standard deviations that count as chance.
  private static let deviations = 2.0

  /// Tolerance for scores without a known spread, as a share of the larger of value and null.
  private static let likeness = 0.1

  /// The largest difference of scores that counts as chance: two standard deviations or, without a known
  /// spread, a share of the larger of value and null. Other controls do not enter that share, as copies can
  /// score any number.
  private func chance(_ scores: [Score]) -> Double {
    let spreads = scores.compactMap(\.spread)
    guard spreads.count == scores.count else {
      let values = [value, controls[.null]].compactMap { $0.map { abs($0.value) } }
      return Self.likeness * (values.max() ?? 0)
    }
    return Self.deviations * spreads.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private func isBetter(_ difference: Double) -> Bool {
    better == .lower ? difference < 0 : difference > 0
  }
}
