internal import Foundation

extension Experiment {
  /// One entry of the list `dropout`: what drops where.
  public struct DropoutEntry: Sendable, Equatable {
    /// The updates of a GAN's step.
    public enum Update: String, Sendable, CaseIterable {
      /// The discriminator's.
      case dStep = "d_step"
      /// The generator's.
      case gStep = "g_step"
    }

    /// How what is kept makes up for what is dropped.
    public enum Scaling: String, Sendable, CaseIterable {
      /// Divided by 1 − rate while training.
      case inverted
      /// Multiplied by 1 − rate while sampling.
      case testTime = "test_time"
      /// Not at all.
      case none
    }

    /// Axes of an activation.
    public enum Axis: String, Sendable, CaseIterable {
      /// N.
      case batch
      /// H.
      case height
      /// W.
      case width
      /// T.
      case time
      /// C.
      case channels
      /// D.
      case features
    }

    /// How the rate changes while training.
    public enum Schedule: String, Sendable, CaseIterable {
      /// The rate throughout.
      case constant
      /// Dropout until `cutoff` only. Source: Liu et al. 2023.
      case early
      /// Dropout after `cutoff` only. Source: Liu et al. 2023.
      case late
      /// Growing from 0 over `cutoff` steps. Source: Morerio et al. 2017.
      case curriculum
      /// Changing in a straight line over `cutoff` steps.
      case linear
    }

    /// `type`: a variant of the dropout catalogue, not checked here; bernoulli by default.
    public let type: String
    /// `at`: globs of dropout sites; one may be given without a list.
    public let at: [String]
    /// `rate`: the probability of dropping, in 0..<1; 0.5 by default.
    public let rate: Double
    /// `active_in`: the updates of a GAN that it drops in; both by default.
    public let activeIn: [Update]
    /// `scaling`; nil for the standard of the variant, which is inverted for most.
    public let scaling: Scaling?
    /// `share`: axes along which one mask serves all.
    public let share: [Axis]
    /// `schedule`.
    public let schedule: Schedule
    /// `cutoff`, in steps; nil with a constant schedule only.
    public let cutoff: Int?
    /// Every other key: a variant has options of its own, and the catalogue checks them.
    public let options: [String: YAMLValue]

    init(_ keys: SectionReader, family: Model.Family) throws {
      let gan = Applicability.families([.gan], not: family)
      type = try keys.value("type", .text("the name of a dropout variant"), default: "bernoulli")
      at = try Self.readSites(keys)
      rate = try keys.value("rate", .rate, default: 0.5)
      activeIn = try keys.value(
        "active_in", .list(of: .choice), default: Update.allCases, when: gan)
      scaling = try keys.optional("scaling", .choice)
      share = try keys.value("share", .list(of: .choice, allowsNone: true), default: [])
      schedule = try keys.value("schedule", .choice, default: .constant)
      let isScheduled = schedule != .constant
      let steps = ValueKind<Int>.integer(1...1_000_000_000)
      let changing = Applicability.only(
        isScheduled, "for schedules early, late, curriculum and linear, not constant")
      if isScheduled {
        cutoff = try keys.required("cutoff", steps)
      } else {
        cutoff = try keys.optional("cutoff", steps, when: changing)
      }
      options = try Self.readOptions(keys)
    }

    private static func readSites(_ keys: SectionReader) throws -> [String] {
      let globs = ValueKind<[String]>.list(of: .text("a glob of dropout sites"))
      return try keys.required("at", globs)
    }

    private static func readOptions(_ keys: SectionReader) throws -> [String: YAMLValue] {
      var options: [String: YAMLValue] = [:]
      for entry in keys.remaining() {
        try rejectOtherRates(keys, entry)
        options[entry.key] = entry.value.value
      }
      return options
    }

    /// What other libraries call a rate, or its opposite, is an error that says how to write it.
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
}

extension ValueKind<Double> {
  /// A dropout rate.
  static var rate: Self { .number(atLeast: 0, below: 1, note: "the probability of dropping") }
}
