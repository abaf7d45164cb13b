internal import Experiments
internal import Complaints
internal import Foundation
internal import Records

/// The expansion of an experiment's ablation into arms.
///
/// For each combination of the grid's values there are these arms: the placement without sites, every
/// placement with every type and rate, and every baseline. The dropout of an arm replaces the file's own. An
/// arm without dropout has no rate, and is therefore a single arm.
struct Expansion {
  /// The largest number of trials of a plan. More would be a mistake in the file.
  static let largestCount = 100_000

  private typealias Arm = SweepRecord.Arm
  /// A value for each key of the grid.
  private typealias Cell = [Override]

  private let experiment: Experiment
  private let ablation: Experiment.Ablation

  init(_ experiment: Experiment, _ ablation: Experiment.Ablation) {
    self.experiment = experiment
    self.ablation = ablation
  }

  /// The arms; in each cell of the grid, the one without a placement's dropout comes first.
  ///
  /// - Throws: `InputError` for names used twice, settings that cannot vary, and too many trials.
  func arms(seeds: Int) throws -> [SweepRecord.Arm] {
    try checkCount(seeds: seeds)
    try checkNames()
    try checkDropoutKeys()
    let arms = cells().flatMap(arms(in:))
    try checkDistinct(arms)
    return arms
  }

  // MARK: Arms

  private var isPlaced: Bool { !ablation.placements.isEmpty }

  private func arms(in cell: Cell) -> [Arm] {
    let bare = armsWithoutPlacedDropout
    let control = hasControl ? bare[0].name : nil
    return bare.map { arm($0, in: cell, control: nil) }
      + (placedArms + baselineArms).map { arm($0, in: cell, control: control) }
  }

  /// The arm in one cell of the grid. The cell's values are added to its name, and come before its own overrides.
  private func arm(_ arm: Arm, in cell: Cell, control: String?) -> Arm {
    let suffix = cell.map { "-" + shortKey($0.key) + "-" + folderText($0.value.flowText) }.joined()
    var arm = arm
    arm.name += suffix
    arm.control = control.map { $0 + suffix }
    arm.grid = cell.map { .init(key: "\($0.key)", value: $0.value.flowText) }
    arm.overrides = (cell + arm.overrides).map { $0.of(arm: arm.name) }
    return arm
  }

  /// The arm whose dropout does not come from a placement with sites. With placements, it is the one without
  /// sites, if there is one. Else it has the file's own dropout, or none where the file has none.
  private var armsWithoutPlacedDropout: [Arm] {
    guard isPlaced else {
      let name = experiment.dropout.isEmpty ? "none" : Arm.asGiven
      return [Arm(name: name, placement: name, overrides: [])]
    }
    return ablation.placements.filter(\.sites.isEmpty).map {
      Arm(name: $0.name, placement: $0.name, overrides: [withoutDropout($0.place)])
    }
  }

  /// Every placement with every type and rate.
  private var placedArms: [Arm] {
    ablation.placements.filter { !$0.sites.isEmpty }.flatMap { placement in
      ablation.types.flatMap { type in
        ablation.rates.map { rate in
          Arm(
            name: "\(placement.name)-\(folderText(type))-\(folderText("\(rate)"))",
            placement: placement.name, sites: placement.sites, type: type, rate: rate,
            overrides: [dropout(placement, type, rate)])
        }
      }
    }
  }

  private var baselineArms: [Arm] {
    ablation.baselines.map {
      Arm(
        name: $0.name, baseline: $0.name, overrides: [withoutDropout($0.place)] + $0.settings)
    }
  }

  /// The override that removes the file's dropout, with the place of the placement or baseline that asks for it.
  private func withoutDropout(_ place: SourcePlace) -> Override {
    Override("dropout", .null, at: place)
  }

  /// The override that replaces the file's dropout by that of a placement.
  private func dropout(
    _ placement: Experiment.Ablation.Placement, _ type: String, _ rate: Double
  ) -> Override {
    let entry = YAMLValue.mapping([
      .init("type", .text(type)), .init("at", .list(placement.sites.map(YAMLValue.text))),
      .init("rate", .number(rate)),
    ])
    return Override("dropout", .list([entry]), at: placement.place)
  }

  /// True if there is an arm without dropout to compare with.
  private var hasControl: Bool {
    isPlaced ? ablation.placements.contains { $0.sites.isEmpty } : experiment.dropout.isEmpty
  }

  /// All combinations of the grid's values, the first key changing most slowly.
  private func cells() -> [Cell] {
    ablation.grid.reduce([[]]) { cells, axis in
      cells.flatMap { cell in axis.values.map { cell + [$0] } }
    }
  }

  /// The last part of a dotted key, or the whole key where two keys of the grid end alike.
  private func shortKey(_ key: DottedKey) -> String {
    let isClear = ablation.grid.count { $0.key.parts.last == key.parts.last } == 1
    return folderText(isClear ? key.parts[key.parts.count - 1] : "\(key)")
  }

  /// Replaces characters that a folder's name must not have: `[1, 2]` becomes `1_2`.
  private func folderText(_ text: String) -> String {
    let allowed = text.map { character in
      character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
        ? character : " "
    }
    return String(allowed).split(separator: " ").joined(separator: "_")
  }

  // MARK: Checks

  private func checkCount(seeds: Int) throws {
    let placed = ablation.placements.count { !$0.sites.isEmpty }
    let factors = [placed, ablation.types.count, ablation.rates.count]
    let inCell =
      product(factors) + Double(max(1, ablation.placements.count) + ablation.baselines.count)
    let count = inCell * product(ablation.grid.map(\.values.count)) * Double(seeds)
    guard count <= Double(Self.largestCount) else {
      throw InputError(
        experiment.place(of: "ablation"), key: "ablation",
        expected: "at most \(Self.largestCount) trials",
        found: "about \(String(format: "%.0f", count))")
    }
  }

  private func product(_ factors: [Int]) -> Double { factors.reduce(1) { $0 * Double($1) } }

  private func checkNames() throws {
    let bare = ablation.placements.filter(\.sites.isEmpty)
    if bare.count > 1 {
      throw InputError(
        bare[1].place, key: "ablation.placements.\(bare[1].name)",
        "a second placement without sites: \(bare[0].name) is the arm without dropout already")
    }
    let base = isPlaced ? ablation.placements.map(\.name) : ["none", Arm.asGiven]
    for baseline in ablation.baselines where base.contains(baseline.name) {
      throw InputError(
        baseline.place, key: "ablation.baselines.\(baseline.name)",
        "a placement has that name already")
    }
  }

  /// Refuses other settings of `dropout` where placements replace it.
  private func checkDropoutKeys() throws {
    let settings =
      ablation.grid.map { ("ablation.grid.", $0.values[0]) }
      + ablation.baselines.flatMap { baseline in
        baseline.settings.map { ("ablation.baselines.\(baseline.name).", $0) }
      }
    for (path, setting) in settings where isPlaced && setting.key.section == "dropout" {
      throw InputError(
        setting.place, key: "\(path)\(setting.key)",
        "dropout is what the placements set; it cannot vary otherwise")
    }
  }

  private func checkDistinct(_ arms: [Arm]) throws {
    var seen: Set<String> = []
    for arm in arms {
      guard seen.insert(arm.name).inserted else {
        throw InputError(
          experiment.place(of: "ablation"), key: "ablation",
          "two arms are called \(arm.name): a value, type or rate is given twice, or two names and values "
            + "make the same name")
      }
      guard Experiment.canBeArm(arm.name) else {
        throw InputError(
          experiment.place(of: "ablation"), key: "ablation",
          expected: "arms whose names have at most 100 characters", found: arm.name)
      }
    }
  }
}
