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
  /// A value for each of some axes.
  private typealias Choice = [(axis: Axis, option: Option)]

  private let experiment: Experiment
  private let ablation: Experiment.Ablation

  init(_ experiment: Experiment, _ ablation: Experiment.Ablation) {
    self.experiment = experiment
    self.ablation = ablation
  }

  /// The arms, and the candidates of those that are tuned; in each cell of the grid, the arm without a placement's
  /// dropout comes first. An arm that has several candidates has the settings of the first, until one is chosen.
  ///
  /// - Throws: `InputError` for names used twice, settings that cannot vary, and too many trials.
  func arms(seeds: Int) throws -> (arms: [SweepRecord.Arm], candidates: [SweepRecord.Candidate]) {
    try checkCount(seeds: seeds)
    try checkNames()
    try checkKeys()
    let open = cells().flatMap(drafts(in:)).map { ($0.arm, candidates(of: $0)) }
    let arms = open.map { arm, candidates in
      candidates.count == 1 ? arm.settled(as: candidates[0]) : arm.provisional(as: candidates[0])
    }
    let tuned = open.flatMap { $1.count > 1 ? $1 : [] }
    try checkDistinct(arms + tuned.map(\.arm))
    return (arms, tuned)
  }

  // MARK: Arms

  /// An arm before its candidates are settled.
  private struct Draft {
    var arm: Arm
    /// What is still open: an arm has a candidate for each combination of these.
    var axes: [Axis] = []
  }

  /// Something of an arm that takes one of several values.
  private struct Axis {
    /// `rate`, or a dotted key.
    let key: String
    /// What comes before a value in the name of an arm.
    let prefix: String
    let options: [Option]
  }

  /// A value of an axis.
  private struct Option {
    /// The place among the axis's values, from 1.
    let position: Int
    let value: String
    let override: Override
    /// The drop probability that it sets; nil for anything else.
    var rate: Double?
  }

  private var isPlaced: Bool { !ablation.placements.isEmpty }

  private func drafts(in cell: Choice) -> [Draft] {
    let bare = armsComparedWith
    let control = bare.first?.name
    return bare.map { draft(Draft(arm: $0), in: cell, control: nil) }
      + (placedArms + baselineArms).map { draft($0, in: cell, control: control) }
  }

  /// The draft in one cell of the grid. The cell's values are added to its name, and come before its own overrides.
  private func draft(_ draft: Draft, in cell: Choice, control: String?) -> Draft {
    var draft = draft
    draft.arm.name = name(draft.arm.name, with: cell)
    draft.arm.control = control.map { name($0, with: cell) }
    draft.arm.grid = cell.map { .init(key: $0.axis.key, value: $0.option.value) }
    draft.arm.overrides = cell.map(\.option.override) + draft.arm.overrides
    draft.axes += (ablation.tuning?.also ?? []).map(axis)
    return draft
  }

  /// The arm that the others are compared with. With placements, it is the one without sites, if there is one; of a
  /// trainer's arms it is the first. Else it is the file as given, whose name says whether it has dropout.
  private var armsComparedWith: [Arm] {
    if let first = ablation.arms.first {
      return [Arm(name: first.name, baseline: first.name, overrides: first.settings)]
    }
    guard isPlaced else {
      let isBare = experiment.dropout.isEmpty && experiment.trainer == nil
      let name = isBare ? "none" : Arm.asGiven
      return [Arm(name: name, placement: name, overrides: [])]
    }
    return ablation.placements.filter(\.sites.isEmpty).map {
      Arm(name: $0.name, placement: $0.name, overrides: [withoutDropout($0.place)])
    }
  }

  /// Every placement with every type, and with every rate unless these are candidates.
  private var placedArms: [Draft] {
    ablation.placements.filter { !$0.sites.isEmpty }.flatMap { placement in
      ablation.types.flatMap { type in
        let arm = Arm(
          name: "\(placement.name)-\(folderText(type))", placement: placement.name,
          sites: placement.sites, type: type, overrides: [])
        let rates = Axis(
          key: "rate", prefix: "-",
          options: ablation.rates.enumerated().map {
            Option(
              position: $0 + 1, value: "\($1)", override: dropout(placement, type, $1), rate: $1)
          })
        guard ablation.tuning == nil else { return [Draft(arm: arm, axes: [rates])] }
        return rates.options.map { Draft(arm: self.arm(arm, with: [(rates, $0)])) }
      }
    }
  }

  private var baselineArms: [Draft] {
    ablation.baselines.map {
      Draft(
        arm: Arm(
          name: $0.name, baseline: $0.name, overrides: [withoutDropout($0.place)] + $0.settings),
        axes: $0.candidates.map(axis))
    }
      + ablation.arms.dropFirst().map {
        Draft(arm: Arm(name: $0.name, baseline: $0.name, overrides: $0.settings))
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

  // MARK: Candidates

  private func axis(_ values: Experiment.Ablation.GridAxis) -> Axis {
    Axis(
      key: "\(values.key)", prefix: "-\(shortKey(values.key))-",
      options: values.values.enumerated().map {
        Option(position: $0 + 1, value: $1.value.flowText, override: $1)
      })
  }

  /// The candidates of a draft; one, without settings, where nothing is open.
  private func candidates(of draft: Draft) -> [SweepRecord.Candidate] {
    choices(of: draft.axes).map { chosen in
      var arm = arm(draft.arm, with: chosen)
      arm.control = nil
      arm.overrides.append(SweepRecord.onValidation)
      return SweepRecord.Candidate(
        of: draft.arm.name,
        settings: chosen.map { .init(key: $0.axis.key, value: $0.option.value) },
        arm: arm)
    }
  }

  /// An arm with a value for each axis, which are added to its name.
  private func arm(_ arm: Arm, with chosen: Choice) -> Arm {
    var arm = arm
    arm.name = name(arm.name, with: chosen)
    arm.overrides += chosen.map(\.option.override)
    arm.rate = chosen.compactMap(\.option.rate).last ?? arm.rate
    return arm
  }

  /// A name with a value for each axis, or its position among the axis's values where the name would be too long.
  private func name(_ name: String, with chosen: Choice) -> String {
    chosen.reduce(name) { name, chosen in
      let told = name + chosen.axis.prefix + folderText(chosen.option.value)
      return Experiment.canBeArm(told)
        ? told : name + chosen.axis.prefix + "\(chosen.option.position)"
    }
  }

  /// All combinations of the grid's values.
  private func cells() -> [Choice] { choices(of: ablation.grid.map(axis)) }

  /// Every choice of one value of each axis, the first axis changing most slowly.
  private func choices(of axes: [Axis]) -> [Choice] {
    axes.reduce([[]]) { choices, axis in
      choices.flatMap { choice in axis.options.map { choice + [(axis, $0)] } }
    }
  }

  /// The last part of a dotted key, or the whole key where two keys that vary end alike.
  private func shortKey(_ key: DottedKey) -> String {
    let axes = ablation.grid + tuned.map(\.axis)
    let isClear = Set(axes.map(\.key)).count { $0.parts.last == key.parts.last } == 1
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
    let placed = ablation.placements.count { !$0.sites.isEmpty } * ablation.types.count
    let bare = max(1, ablation.placements.count, ablation.arms.count)
    let rates = Double(placed) * Double(ablation.rates.count)
    var inCell = Double(seeds) * (rates + Double(bare + ablation.baselines.count))
    if let tuning = ablation.tuning {
      let also = product(tuning.also.map(\.values.count))
      let ofBaselines = ablation.baselines.map { product($0.candidates.map(\.values.count)) }
      inCell =
        Double(seeds) * Double(placed + bare + ablation.baselines.count)
        + Double(tuning.seeds) * also * (rates + Double(bare) + ofBaselines.reduce(0, +))
    }
    let count = inCell * product(ablation.grid.map(\.values.count))
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

  /// The keys that have candidates, each with the dotted key around it.
  private var tuned: [(section: String, axis: Experiment.Ablation.GridAxis)] {
    (ablation.tuning?.also ?? []).map { ("ablation.tune.also", $0) }
      + ablation.baselines.flatMap { baseline in
        baseline.candidates.map { ("ablation.baselines.\(baseline.name)", $0) }
      }
  }

  /// Refuses other settings of `dropout` where placements replace it, and keys of `also` that an arm sets otherwise.
  private func checkKeys() throws {
    let grid = ablation.grid.map { ("ablation.grid", $0.values[0]) }
    let ofBaselines = ablation.baselines.flatMap { baseline in
      baseline.settings.map { ("ablation.baselines.\(baseline.name)", $0) }
    }
    let candidates = tuned.map { ($0.section, $0.axis.values[0]) }
    for (section, setting) in grid + ofBaselines + candidates
    where isPlaced && setting.key.section == "dropout" {
      throw InputError(
        setting.place, key: "\(section).\(setting.key)",
        "dropout is what the placements set; it cannot vary otherwise")
    }
    let also = (ablation.tuning?.also ?? []).map(\.key)
    for (section, setting) in grid + ofBaselines + candidates.dropFirst(also.count)
    where also.contains(setting.key) {
      throw InputError(
        setting.place, key: "\(section).\(setting.key)",
        "ablation.tune.also has candidates for \(setting.key) already")
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
