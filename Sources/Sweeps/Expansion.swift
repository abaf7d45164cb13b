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
  private typealias Cell = [SweepRecord.Setting]

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
    let suffix = cell.map { "-" + shortKey($0.key) + "-" + folderText($0.value) }.joined()
    let settings = cell.map { "\($0.key)=\($0.value)" }
    var arms: [Arm] = []
    for placement in ablation.placements where placement.sites.isEmpty {
      arms.append(
        Arm(
          name: placement.name + suffix, placement: placement.name, grid: cell,
          overrides: settings + ["dropout=null"]))
    }
    if !isPlaced {
      // The file's own dropout; an arm without dropout when there is none.
      let name = experiment.dropout.isEmpty ? "none" : Arm.asGiven
      arms.append(Arm(name: name + suffix, placement: name, grid: cell, overrides: settings))
    }
    let control = hasControl ? arms[0].name : nil
    for placement in ablation.placements where !placement.sites.isEmpty {
      for type in ablation.types {
        for rate in ablation.rates {
          arms.append(
            arm(placement, type, rate, in: cell, suffix: suffix, settings, control: control))
        }
      }
    }
    for baseline in ablation.baselines {
      let values = baseline.settings.map { "\($0.key)=\($0.value.flowText)" }
      arms.append(
        Arm(
          name: baseline.name + suffix, baseline: baseline.name, grid: cell, control: control,
          overrides: settings + ["dropout=null"] + values))
    }
    return arms
  }

  private func arm(
    _ placement: Experiment.Ablation.Placement, _ type: String, _ rate: Double, in cell: Cell,
    suffix: String, _ settings: [String], control: String?
  ) -> Arm {
    let entry = YAMLValue.mapping([
      .init("type", .text(type)), .init("at", .list(placement.sites.map(YAMLValue.text))),
      .init("rate", .number(rate)),
    ])
    return Arm(
      name: "\(placement.name)-\(folderText(type))-\(folderText("\(rate)"))\(suffix)",
      placement: placement.name, sites: placement.sites, type: type, rate: rate, grid: cell,
      control: control, overrides: settings + ["dropout=[\(entry.flowText)]"])
  }

  /// Whether there is an arm without dropout to compare with.
  private var hasControl: Bool {
    isPlaced ? ablation.placements.contains { $0.sites.isEmpty } : experiment.dropout.isEmpty
  }

  /// All combinations of the grid's values, the first key changing most slowly.
  private func cells() -> [Cell] {
    ablation.grid.reduce([[]]) { cells, axis in
      cells.flatMap { cell in
        axis.values.map { cell + [.init(key: axis.key, value: $0.flowText)] }
      }
    }
  }

  /// The last part of a dotted key, or the whole where two keys of the grid end alike.
  private func shortKey(_ key: String) -> String {
    let last = { (key: String) in key.split(separator: ".").last.map(String.init) ?? key }
    let isClear = ablation.grid.count { last($0.key) == last(key) } == 1
    return folderText(isClear ? last(key) : key)
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
      let key = "ablation.placements.\(bare[1].name)"
      throw InputError(
        experiment.place(of: key), key: key,
        "a second placement without sites: \(bare[0].name) is the arm without dropout already")
    }
    let base = isPlaced ? ablation.placements.map(\.name) : ["none", Arm.asGiven]
    for baseline in ablation.baselines where base.contains(baseline.name) {
      let key = "ablation.baselines.\(baseline.name)"
      throw InputError(experiment.place(of: key), key: key, "a placement has that name already")
    }
  }

  /// Placements replace `dropout`, so that nothing else may set it.
  private func checkDropoutKeys() throws {
    let keys =
      ablation.grid.map { ("ablation.grid.\($0.key)", $0.key) }
      + ablation.baselines.flatMap { baseline in
        baseline.settings.map { ("ablation.baselines.\(baseline.name).\($0.key)", $0.key) }
      }
    for (path, key) in keys where isPlaced && (key == "dropout" || key.hasPrefix("dropout.")) {
      throw InputError(
        experiment.place(of: path), key: path,
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
