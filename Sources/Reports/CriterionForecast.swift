internal import Experiments
internal import Foundation
internal import Statistics

/// What a number of seeds can show of a criterion of a claim, by the spread of its contrast over the seeds of a pilot.
public struct CriterionForecast: Sendable {
  /// The power that the smallest effect is found with, and below which a plan is warned about.
  private static let power = 0.8

  private let criterion: ClaimFigures.Criterion
  private let seeds: Int
  /// The standard deviation of a seed's contrast in the pilot; nil where the pilot does not tell it.
  private let deviation: Double?
  /// The distance from the bound that is found in 80% of results; nil for `within`, and where none is.
  private let smallestFound: Double?
  /// Shares of results in which the criterion holds where the contrast is the published one, the smallest of interest,
  /// or, of `within`, 0; nil where there is no such contrast or the spread is not known.
  private let atPublished, atSmallest, atZero: Double?

  /// - Parameter effect: The distance that so many seeds find, in standard deviations; nil where they find none.
  init(_ criterion: ClaimFigures.Criterion, seeds: Int, finding effect: Double?) {
    (self.criterion, self.seeds) = (criterion, seeds)
    let isKnown =
      criterion.obstacle == nil && criterion.missingArms.isEmpty && criterion.contrasts.count > 1
    let deviation = isKnown ? Moments(criterion.contrasts).variance.squareRoot() : nil
    func power(at truth: Double?) -> Double? {
      guard let truth, let deviation else { return nil }
      return ContrastPower.share(
        holding: criterion.expected, seeds: seeds, truth: truth, deviation: deviation)
    }
    let distance = effect.flatMap { effect in deviation.map { $0 * effect } }
    let sign = criterion.direction
    self.deviation = deviation
    smallestFound = sign == nil ? nil : distance
    atPublished = power(at: criterion.published)
    atSmallest = power(
      at: sign.flatMap { sign in criterion.smallest.map { criterion.bound + sign * $0 } })
    atZero = power(at: sign == nil ? 0 : nil)
  }

  /// The share at the contrast that the seeds were planned for: the published one, or else the smallest of interest.
  var atPlanned: Double? { atPublished ?? atSmallest ?? atZero }

  /// Why the pilot does not tell the spread; nil where it does.
  private var reason: String? {
    guard deviation == nil else { return nil }
    guard criterion.missingArms.isEmpty else {
      return "the pilot has no \(criterion.missingArms.joined(separator: ", "))"
    }
    return criterion.obstacle.map { "of the pilot, \($0)" }
      ?? "the pilot has a value of \(criterion.seeds.count) of the 2 seeds that tell a spread"
  }
}

extension CriterionForecast {
  /// A sentence on one line, such as `accuracy: before − none: 10 seeds find a mean of −0.004 in 80% of cases (a seed's
  /// contrast varies by 0.0045 in the pilot); the published −0.03 in 100%`.
  public var text: String {
    if let reason { return "\(name): \(reason)" }
    let spread = "(a seed's contrast varies by \(Self.short(deviation ?? 0)) in the pilot)"
    return (["\(name): \(found) \(spread)"] + cases).joined(separator: "; ")
  }

  /// A warning where the published effect, or else the smallest of interest, is found too rarely; nil elsewhere.
  public var warning: String? {
    guard let share = atPlanned, share < Self.power else { return nil }
    return "claim: \(name): "
      + (cases.first.map { "\(seedsText) find \($0) of cases" } ?? found)
  }

  /// The contrast, with the range where that is not all on one side of 0.
  private var name: String {
    criterion.direction != nil && criterion.bound == 0
      ? criterion.contrast : "\(criterion.contrast), \(criterion.expectation)"
  }

  private var seedsText: String { "\(seeds) seed\(seeds == 1 ? "" : "s")" }

  /// What the seeds find by themselves.
  private var found: String {
    if let atZero {
      return "\(seedsText) find it in \(Self.percent(atZero)) of cases where the truth is 0"
    }
    guard let smallestFound, let sign = criterion.direction else {
      return "\(seedsText) find nothing"
    }
    let size = Self.short(smallestFound)
    let mean =
      criterion.bound == 0
      ? "of \(sign < 0 ? "−" : "")\(size)"
      : "\(size) \(Self.side(sign)) \(criterion.bound.plain)"
    return "\(seedsText) find a mean \(mean) in \(Self.percent(Self.power)) of cases"
  }

  /// The stated effects with the share of cases in which they are found. Where the bound is not 0, their distances from
  /// it are given too.
  private var cases: [String] {
    func place(_ contrast: Double) -> String {
      let distance = contrast - criterion.bound
      return criterion.bound == 0
        ? Wording.stated(contrast)
        : "\(Wording.stated(contrast)), \(Self.short(abs(distance))) \(Self.side(distance)) the bound,"
    }
    let published = atPublished.flatMap { share in
      criterion.published.map { "the published \(place($0)) in \(Self.percent(share))" }
    }
    let smallest = atSmallest.flatMap { share in
      criterion.smallest.map { smallest in
        let size =
          criterion.bound == 0
          ? Wording.stated((criterion.direction ?? 1) * smallest)
          : "\(smallest.plain) beyond the bound"
        return "the smallest of interest, \(size), in \(Self.percent(share))"
      }
    }
    return [published, smallest].compactMap(\.self)
  }

  private static func side(_ sign: Double) -> String { sign < 0 ? "below" : "above" }

  private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }

  /// A number with two digits, a large one whole.
  private static func short(_ value: Double) -> String {
    String(format: value >= 10 ? "%.0f" : "%.2g", value)
  }
}

extension CriterionForecast: Encodable {
  private enum CodingKeys: String, CodingKey {
    case contrast, expected, reason, deviation, smallest, published
    case smallestFound = "smallest_found"
    case atSmallest = "power_smallest"
    case atPublished = "power_published"
    case atZero = "power_zero"
  }

  /// Writes the criterion as it stands in the JSON of `lethe check`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(criterion.contrast, forKey: .contrast)
    try container.encode(criterion.expectation, forKey: .expected)
    try container.encodeIfPresent(reason, forKey: .reason)
    try container.encodeIfPresent(deviation, forKey: .deviation)
    try container.encodeIfPresent(smallestFound, forKey: .smallestFound)
    try container.encodeIfPresent(criterion.smallest, forKey: .smallest)
    try container.encodeIfPresent(criterion.published, forKey: .published)
    try container.encodeIfPresent(atSmallest, forKey: .atSmallest)
    try container.encodeIfPresent(atPublished, forKey: .atPublished)
    try container.encodeIfPresent(atZero, forKey: .atZero)
  }
}
