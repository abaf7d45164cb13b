internal import Foundation
internal import Specification

// An entry of the list `dropout`. The keys that all variants have are checked here. The names of variants and
// the options of each are checked by the dropout catalogue in `Layers`.
extension DropoutEntry {
  /// Reads an entry.
  ///
  /// - Parameter steps: Steps of training. A `late` cutoff must come before the last of
  ///   them, so that some steps drop.
  init(_ keys: SectionReader, family: Family, steps: Int) throws {
    let type = try keys.value(
      "type", .text("the name of a dropout variant"), default: "bernoulli",
      says: "the variant of dropout, below")
    let at = try keys.required(
      "at", .list(of: .text("a glob of dropout sites")),
      says: "globs of the addresses of dropout sites, such as `generator.*.post_act`")
    let rate = try keys.value("rate", .rate, default: 0.5, says: "probability of dropping")
    let phases = Family.gan.phases
    let activeIn = try keys.value(
      "active_in", .list(of: .choice(of: phases)), default: phases,
      when: .families(where: { $0 == .gan }, not: family),
      says:
        "updates in which it drops: of the discriminator (`d_step`), of the generator (`g_step`)")
    let scaling = try keys.optional(
      "scaling", ValueKind<DropoutScaling>.choice,
      says:
        "what makes up for what is dropped: division in training (`inverted`), multiplication where nothing is dropped (`test_time`), or nothing; without it the first that the variant allows"
    )
    let share = try keys.value(
      "share", .list(of: .choice(of: Axis.ofActivations), allowsNone: true), default: [],
      says: "axes along which one mask is shared, beyond those that the variant shares itself")
    let schedule = try DropoutSchedule(keys, family: family, steps: steps)
    self.init(
      type: type, at: at, rate: rate, activeIn: Set(family == .gan ? activeIn : family.phases),
      scaling: scaling, share: share, schedule: schedule, options: try Self.readOptions(keys))
  }

  /// Takes every key that is left as an option of the variant.
  private static func readOptions(
    _ keys: SectionReader
  ) throws -> [String: DropoutOptionValue] {
    var options: [String: DropoutOptionValue] = [:]
    for entry in keys.remaining() {
      try rejectOtherRates(keys, entry)
      options[entry.key] =
        switch entry.value.value {
        case .integer(let number): .number(Double(number))
        case .number(let number): .number(number)
        case .text(let text): .text(text)
        case let value: .text(value.flowText)
        }
    }
    return options
  }

  /// Refuses other libraries' names for the rate or its complement, such as `p` and `keep_prob`. The error
  /// says how to write the value as `rate`.
  private static func rejectOtherRates(_ keys: SectionReader, _ entry: YAMLNode.Entry) throws {
    let drops = ["p", "prob", "dropout", "dropout_rate", "drop_rate", "drop_prob", "drop"]
    let keeps = ["keep_prob", "keep_rate", "keep", "keep_probability", "retain_prob", "q"]
    guard drops.contains(entry.key) || keeps.contains(entry.key) else { return }
    let isKept = keeps.contains(entry.key)
    let meaning = "the key is rate, and is the probability of dropping"
    guard let given = ValueKind<Double>.number(atLeast: 0).parse(entry.value),
      let rate = Optional(isKept ? 1 - given : given), (0..<1).contains(rate)
    else { throw keys.error(entry, meaning) }
    let sum = isKept ? " (1 − \(String(format: "%.6g", given)))" : ""
    throw keys.error(
      entry, "\(meaning): write rate: \(String(format: "%.6g", rate))\(sum)")
  }
}

extension DropoutSchedule {
  private static let meaningOfCutoff =
    "the step from which (`early`) or until which (`late`) nothing is dropped, or at which a `curriculum` or `linear` change ends"

  /// Reads `schedule`, and `cutoff` or the keys of an adaptive rate.
  fileprivate init(_ keys: SectionReader, family: Family, steps: Int) throws {
    let name = try keys.value(
      "schedule",
      .choice.objecting {
        $0 == .adaptive && family != .gan
          ? ("a schedule other than adaptive, which follows the discriminator of a gan", "\($0)")
          : nil
      }, default: Name.constant, says: "change of the rate over training")
    let cutoffs = ValueKind<Int>.integer(Self.cutoffs)
    func cutoff(_ kind: ValueKind<Int> = cutoffs) throws -> Int {
      try keys.required("cutoff", kind, says: Self.meaningOfCutoff)
    }
    func refuseCutoff() throws {
      let changing = Applicability.only(
        false, "for schedules early, late, curriculum and linear", else: "not \(name)")
      _ = try keys.optional("cutoff", cutoffs, when: changing, says: Self.meaningOfCutoff)
    }
    switch name {
    case .constant:
      try refuseCutoff()
      self = .constant
    case .early: self = .early(cutoff: try cutoff())
    case .late: self = .late(cutoff: try cutoff(cutoffs.below(steps)))
    case .curriculum: self = .curriculum(cutoff: try cutoff())
    case .linear: self = .linear(cutoff: try cutoff())
    case .adaptive:
      try refuseCutoff()
      self = .adaptive(try SignControl(keys))
    }
  }
}

extension SignControl {
  /// Reads `target`, `interval` and `images`.
  init(_ keys: SectionReader) throws {
    self.init(
      target: try keys.value(
        "target", .number(above: -1, below: 1), default: 0.6,
        says:
          "the mean sign of the discriminator's logits of training examples that the probability is steered to"
      ),
      interval: try keys.value(
        "interval", .integer(1...1_000_000), default: 4,
        says: "steps between two changes of the probability"),
      images: try keys.value(
        "images", .integer(1...1_000_000_000), default: 500_000,
        says: "number of training examples over which the probability can rise from 0 to 1"))
  }
}

extension ValueKind<Int> {
  /// Restricts the kind to values below the number of training steps. With a single step, 1 is accepted.
  fileprivate func below(_ steps: Int) -> Self {
    objecting {
      $0 < Swift.max(2, steps)
        ? nil : ("a step from 1 to below the \(steps) steps of training", "\($0)")
    }
  }
}

extension ValueKind<Double> {
  /// A dropout rate, which must be below 1 in single precision too.
  static var rate: Self {
    number(atLeast: 0, below: 1, note: "the probability of dropping").objecting {
      Float($0) < 1 ? nil : ("a probability of dropping in 0..<1", "\($0)")
    }
  }
}
