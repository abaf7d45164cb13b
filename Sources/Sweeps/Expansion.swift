internal import Experiments
internal import Complaints
internal import Foundation
internal import Records

/// An experiment's ablation as arms and trials.
///
/// Arms are, for each combination of the grid's values: the placement without sites, every placement with
/// every type and rate, every baseline. An arm with dropout has that dropout in the place of the file's own;
/// an arm without dropout has none, and is therefore one arm whatever the rates.
struct Expansion {
  /// More trials than anyone runs; a plan of a million would be a mistake in the file.
  static let largestCount = 100_000
  /// The arm of an experiment without ablation, as of `lethe train`.
  static let singleArm = "single"

  private typealias Arm = SweepRecord.Arm
  /// A value for each key of the grid.
  private typealias Cell = [Override]

  private let experiment: Experiment
  private let ablation: Experiment.Ablation

  init(_ experiment: Experiment, _ ablation: Experiment.Ablation) {
    self.experiment = experiment
    self.ablation = ablation
  }

  /// The arms, without dropout first in each cell of the grid.
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

  /// An arm with the values of a cell before its own.
  private func arm(_ arm: Arm, in cell: Cell, control: String?) -> Arm {
    let suffix = cell.map { "-" + shortKey($0.key) + "-" + folderText($0.value.flowText) }.joined()
    var arm = arm
    arm.name += suffix
    arm.control = control.map { $0 + suffix }
    arm.grid = cell.map { .init(key: "\($0.key)", value: $0.value.flowText) }
    arm.overrides = (cell + arm.overrides).map { $0.of(arm: arm.name) }
    return arm
  }

  /// The placement without sites. Where there are no placements, the file's own dropout; an arm without dropout when
  /// there is none.
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

  /// What takes the file's dropout away, at the place of what the arm is named by.
  private func withoutDropout(_ place: SourcePlace) -> Override {
    Override("dropout", .null, at: place)
  }

  /// The dropout of a placement in the place of the file's.
  private func dropout(
    _ placement: Experiment.Ablation.Placement, _ type: String, _ rate: Double
  ) -> Override {
    let entry = YAMLValue.mapping([
      .init("type", .text(type)), .init("at", .list(placement.sites.map(YAMLValue.text))),
      .init("rate", .number(rate)),
    ])
    return Override("dropout", .list([entry]), at: placement.place)
  }

  /// Whether there is an arm without dropout to compare with.
  private var hasControl: Bool {
    isPlaced ? ablation.placements.contains { $0.sites.isEmpty } : experiment.dropout.isEmpty
  }

  /// All combinations of the grid's values, the first key changing most slowly.
  private func cells() -> [Cell] {
    ablation.grid.reduce([[]]) { cells, axis in
      cells.flatMap { cell in axis.values.map { cell + [$0] } }
    }
  }

  /// The last part of a dotted key, or the whole where two keys of the grid end alike.
  private func shortKey(_ key: DottedKey) -> String {
    let isClear = ablation.grid.count { $0.key.parts.last == key.parts.last } == 1
    return folderText(isClear ? key.parts[key.parts.count - 1] : "\(key)")
  }

  /// A text with only such characters as names of folders have.
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

  /// Placements replace `dropout`, so that nothing else may set it.
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
