internal import Complaints
public import Autodiff
public import Specification

/// A dropout entry at one of its sites.
public struct DropoutPlacement: Sendable {
  /// The entry's number in the list, from 0.
  public let index: Int
  /// The entry.
  public let entry: DropoutEntry
  /// The site that it is placed at.
  public let site: DropoutSite
  /// The variant that the entry names.
  public let variant: any DropoutVariant
  /// The variant's own options, defaults filled in.
  public let options: DropoutOptions

  /// The shape of the random numbers for a batch, with size 1 along the axes that share a mask.
  public func maskShape(batch: Int) throws -> Shape {
    let shape = try variant.maskShape(at: site, batch: batch, options)
    return shape.count == site.axes.count
      ? zip(site.axes, shape).map { entry.share.contains($0) ? 1 : $1 } : shape
  }

  /// True where each example has random numbers of its own, along the first axis of the mask.
  var isMaskOfEach: Bool {
    get throws { try maskShape(batch: 1).first != maskShape(batch: 2).first }
  }

  /// The rescaling that makes up for what is dropped. A class is whole or missing, so that it is not rescaled unless
  /// the entry says so.
  public var scaling: DropoutScaling {
    let standard =
      site.place == .label && variant.scalings.contains(.none) ? .none : variant.scalings[0]
    return entry.scaling ?? standard
  }

  /// The axes along which an entry may share its mask: those with a random number for every place, without the batch
  /// where a mask belongs to an example.
  var sharedAxes: [Axis] {
    let full = [2] + site.example
    guard let mask = try? variant.maskShape(at: site, batch: 2, options), mask.count == full.count
    else { return [] }
    return site.axes.indices.filter { mask[$0] == full[$0] }.map { site.axes[$0] }
      .filter { $0 != .batch || variant.drawsAnew }
  }

  /// The arrays that last here: those that the variant learns, then that of an adaptive rate; none at rate 0.
  public var parameters: [Parameter] {
    guard entry.rate > 0 else { return [] }
    let adaptive = probability.map { [$0.parameter] } ?? []
    return variant.parameters(at: site, rate: entry.rate, options) + adaptive
  }

  /// The probability that an adaptive rate is multiplied by; nil for other schedules, and at rate 0.
  public var probability: AdaptiveProbability? {
    guard entry.rate > 0, let control = entry.schedule.control else { return nil }
    return AdaptiveProbability(of: site.address, control)
  }

  /// The name of the entry in errors, such as `dropout.0`.
  public var path: String { Self.path(index) }

  /// The name of an entry in errors, such as `dropout.0`.
  static func path(_ index: Int) -> String { "dropout.\(index)" }
}

/// All entries of an experiment, resolved to the sites of its model.
public struct DropoutPlan: Sendable {
  /// The entries at their sites, in the order of the sites.
  public let placements: [DropoutPlacement]

  /// A plan without dropout.
  public static let none = DropoutPlan(placements: [])

  private init(placements: [DropoutPlacement]) { self.placements = placements }

  /// The parameters that variants learn, in all networks or in one.
  public func parameters(of network: String? = nil) -> [Parameter] {
    placements.filter { network == nil || $0.site.network == network }.flatMap(\.parameters)
  }

  /// True where a network has an entry with a rate above 0 whose masks are drawn anew in each pass.
  public func drops(in network: String) -> Bool {
    placements.contains {
      $0.entry.rate > 0 && $0.site.network == network && $0.variant.drawsAnew
    }
  }

  /// The first entry, of a rate above 0, whose masks belong to training examples; nil without one.
  public var tiedToExamples: DropoutPlacement? {
    placements.first { $0.entry.rate > 0 && !$0.variant.drawsAnew }
  }

  /// True where two passes of a network in an update differ by what is drawn: where it has an entry with a rate above 0
  /// that is active in the update, other than one of several discriminators, which is drawn behind them.
  public func differs(in network: String, during phase: Phase) -> Bool {
    placements.contains {
      $0.entry.rate > 0 && $0.site.network == network && $0.site.kind != .discriminators
        && $0.entry.activeIn.contains(phase) && $0.variant.drawsAnew
    }
  }

  /// The number of equal networks of a role: the discriminators that `feedback` asks for, else 1.
  public func copies(of network: String) -> Int {
    let feedback = placements.first {
      $0.site.kind == .discriminators && $0.site.network == network
    }
    return feedback.map { Int($0.options["discriminators"]) } ?? 1
  }

  /// Resolves and checks entries.
  ///
  /// An entry of rate 0 is valid and drops nothing, so that an ablation can have an arm of rate 0.
  ///
  /// - Parameters:
  ///   - sites: Every site of the model.
  /// - Throws: `ModelError` about `dropout.<i>` and its key.
  public init(_ entries: [DropoutEntry], sites: [DropoutSite]) throws {
    var placed = [String: DropoutPlacement]()
    for (index, entry) in entries.enumerated() {
      let path = DropoutPlacement.path(index)
      let variant = try DropoutCatalogue.variant(named: entry.type, path + ".type")
      try DropoutPlan.check(entry, variant, path)
      let options = try DropoutOptions(entry.options, of: variant, path)
      for site in try DropoutPlan.sites(of: entry, variant, path, among: sites) {
        if let other = placed[site.address] {
          throw ModelError(
            path + ".at", expected: "sites without another entry",
            found: "\(site.address), which \(other.path) has already")
        }
        let placement = DropoutPlacement(
          index: index, entry: entry, site: site, variant: variant, options: options)
        try DropoutPlan.check(placement)
        placed[site.address] = placement
      }
    }
    placements = sites.compactMap { placed[$0.address] }
  }

  private static func check(
    _ entry: DropoutEntry, _ variant: any DropoutVariant, _ path: String
  ) throws {
    if let scaling = entry.scaling {
      try ModelError.require(
        variant.scalings.contains(scaling), path + ".scaling",
        expected: variant.scalings.map(\.rawValue).joined(separator: " or ")
          + " for \(variant.name)", found: scaling.rawValue)
    }
    try ModelError.require(
      variant.takesSchedule || entry.schedule == .constant, path + ".schedule",
      expected: "constant, as \(variant.name) learns its rate", found: entry.schedule.name.rawValue)
  }

  private static func check(_ placement: DropoutPlacement) throws {
    let path = placement.path
    do {
      _ = try placement.maskShape(batch: 1)
    } catch let error as ModelError {
      throw ModelError(
        "\(path) at \(error.what)", expected: error.expected, found: error.found)
    }
    let axes = placement.sharedAxes
    for axis in placement.entry.share where !axes.contains(axis) {
      throw ModelError(
        path + ".share",
        expected: axes.isEmpty
          ? "no axes for \(placement.variant.name)"
          : "axes of the mask at \(placement.site.address): "
            + axes.map(\.rawValue).joined(separator: ", "),
        found: axis.rawValue)
    }
  }

  /// The sites that an entry's globs match and that its variant can go to.
  private static func sites(
    of entry: DropoutEntry, _ variant: any DropoutVariant, _ path: String,
    among sites: [DropoutSite]
  ) throws -> [DropoutSite] {
    var chosen = Set<String>()
    for pattern in entry.at {
      let hits = try sites.matching(pattern, path + ".at")
      try ModelError.require(
        !hits.isEmpty, path + ".at",
        expected: "a glob that matches a site, of which there are "
          + sites.map(\.address).joined(separator: ", "), found: pattern)
      let fitting = hits.filter { variant.fits($0.kind) }
      if let other = hits.first, fitting.isEmpty {
        let places = sites.filter { variant.fits($0.kind) }.map(\.address)
        throw ModelError(
          path + ".at",
          expected: "a site where \(variant.name) can go, "
            + (places.isEmpty
              ? "of which this model has none" : "such as " + places.joined(separator: ", ")),
          found: "\(other.address), which is for \(other.kind.description)")
      }
      chosen.formUnion(fitting.map(\.address))
    }
    return sites.filter { chosen.contains($0.address) }
  }
}
