public import Scores

/// A metric's value with its controls.
public struct MetricEntry: Sendable {
  /// The metric's name.
  public let key: String
  /// What it is asked for.
  public let aspect: MetricAspect
  /// Which way a better generator moves it.
  public let better: MetricDirection?
  /// What was found; nil when the metric has no value for the data.
  public private(set) var value: Score?
  /// Why there is no value.
  public private(set) var reason: String?
  /// What the controls score, where they have a score.
  public private(set) var controls: [Control: Score] = [:]
  /// What it is made of, the generated set first.
  public private(set) var measurements: [MetricMeasurement] = []

  /// Whether the value says nothing, as the generated set is a few examples again and again.
  private let saysNothing: Bool

  /// Brings together what was measured.
  ///
  /// - Parameters:
  ///   - measurements: One for each set; those of other metrics are left out.
  ///   - saysNothing: Whether there is to be no word for the value.
  public init(
    key: String, aspect: MetricAspect, better: MetricDirection?, measurements: [MetricMeasurement],
    saysNothing: Bool = false
  ) {
    (self.key, self.aspect, self.better) = (key, aspect, better)
    self.saysNothing = saysNothing
    for measurement in measurements where measurement.metric == key { add(measurement) }
  }

  /// Records what was measured otherwise.
  ///
  /// - Parameters:
  ///   - value: The score, or why there is none.
  ///   - null: What held-out examples score.
  public init(
    key: String, aspect: MetricAspect, better: MetricDirection?,
    value: Result<Score, Unavailable>, null: Score?
  ) {
    let null = null.map { MetricMeasurement(key, .null, .success($0)) }
    self.init(
      key: key, aspect: aspect, better: better,
      measurements: [MetricMeasurement(key, nil, value)] + [null].compactMap(\.self))
  }

  /// Records what a function scores, or why it cannot.
  ///
  /// - Throws: What `score` throws, but for `Unavailable`.
  public init(
    key: String, aspect: MetricAspect, better: MetricDirection?, _ score: () throws -> Score
  ) throws {
    self.init(
      key: key, aspect: aspect, better: better,
      measurements: [try MetricMeasurement(key, of: score)])
  }

  /// Time that value and controls took.
  public var seconds: Double { measurements.reduce(0) { $0 + $1.seconds } }

  /// Takes in what was found of one set.
  mutating func add(_ measurement: MetricMeasurement) {
    measurements.append(measurement)
    guard let control = measurement.control else {
      (value, reason) = (measurement.score, measurement.reason)
      return
    }
    controls[control] = measurement.score
  }

  /// Whether the metric can see copies in these data: planting them in 5% of the rows moves the value by more
  /// than chance does, or the value is that of copies already. Nil for metrics that are not of memorisation,
  /// or without that control.
  public var isInformative: Bool? {
    guard aspect == .memorization, !saysNothing, let value, let planted = controls[.planted]
    else { return nil }
    return showsCopies || abs(planted.value - value.value) > chance([value])
  }

  /// Whether the value is worse than that of held-out examples by more than chance.
  private var showsCopies: Bool {
    guard aspect == .memorization, let value, let null = controls[.null] else { return false }
    let difference = value.value - null.value
    return abs(difference) > chance([value, null]) && !isBetter(difference)
  }

  /// Whether the value is worse than that of copies by more than chance, which copying does not explain: as of samples
  /// that are like nothing in the data, and by accident nearer to some training examples.
  private var isBeyondCopies: Bool {
    guard let value, let copies = controls[.copies] else { return false }
    let difference = value.value - copies.value
    return abs(difference) > chance([value, copies]) && !isBetter(difference)
  }

  /// What the value says beside its controls, in few words; none where it says nothing.
  public var word: String {
    guard !saysNothing else { return "" }
    guard let value else { return "no value" }
    guard let null = controls[.null] else { return "no control" }
    let difference = value.value - null.value
    if showsCopies { return isBeyondCopies ? "beyond copies" : "copies" }
    if isInformative == false { return "uninformative" }
    if abs(difference) <= chance([value, null]) { return "as held-out" }
    if aspect == .memorization { return "farther than held-out" }
    guard better != nil else { return difference < 0 ? "below held-out" : "above held-out" }
    guard isBetter(difference) else { return "worse than held-out" }
    return nullIsSmaller ? "as held-out or better" : "better than held-out"
  }

  /// Whether the null is of fewer examples than the value, which alone can make it the worse of the two.
  private var nullIsSmaller: Bool {
    let sizes = [Control?.none, .null].map { role in
      measurements.first { $0.control == role }?.examples ?? 0
    }
    return sizes[1] < sizes[0]
  }

  /// Tolerance for scores without a known spread, as a share of the larger of value and null.
  private static let likeness = 0.1

  /// How far apart scores can be by chance: two standard deviations. Controls other than the null have no say, as
  /// copies can score any number.
  private func chance(_ scores: [Score]) -> Double {
    let spreads = scores.compactMap(\.spread)
    guard spreads.count == scores.count else {
      let values = [value, controls[.null]].compactMap { $0.map { abs($0.value) } }
      return Self.likeness * (values.max() ?? 0)
    }
    return 2 * spreads.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private func isBetter(_ difference: Double) -> Bool {
    better == .lower ? difference < 0 : difference > 0
  }
}
