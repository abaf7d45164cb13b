/// One entry of an experiment's dropout list: a kind of dropout and the sites where it is placed.
public struct DropoutEntry: Hashable, Sendable {
  /// The name of a variant of the dropout catalogue, which checks it.
  public var type: String
  /// Globs of addresses of dropout sites.
  public var at: [String]
  /// Probability of dropping, in 0..<1.
  public var rate: Double
  /// The updates in which it drops.
  public var activeIn: Set<Phase>
  /// The rescaling that makes up for what is dropped; nil for the variant's default, which the catalogue knows.
  public var scaling: DropoutScaling?
  /// Axes along which one mask is shared, beyond those the variant shares itself.
  public var share: [Axis]
  /// The change of the rate over training.
  public var schedule: DropoutSchedule
  /// The variant's own options, which the catalogue checks.
  public var options: [String: DropoutOptionValue]

  /// An entry with the defaults of the experiment file.
  public init(
    type: String, at: [String], rate: Double, activeIn: Set<Phase> = Set(Phase.allCases),
    scaling: DropoutScaling? = nil, share: [Axis] = [], schedule: DropoutSchedule = .constant,
    options: [String: DropoutOptionValue] = [:]
  ) {
    self.type = type
    self.at = at
    self.rate = rate
    self.activeIn = activeIn
    self.scaling = scaling
    self.share = share
    self.schedule = schedule
    self.options = options
  }
}

/// The rescaling that makes up for dropped activations.
public enum DropoutScaling: String, Hashable, Sendable, CaseIterable {
  /// Training divides what it keeps by q = 1 − rate.
  case inverted
  /// Training does not scale; passes that do not drop multiply by q.
  case testTime = "test_time"
  /// No rescaling.
  case none
}

/// The value of a variant's option as an entry gives it.
public enum DropoutOptionValue: Hashable, Sendable, CustomStringConvertible {
  /// A number.
  case number(Double)
  /// Anything else, as it was written.
  case text(String)

  /// The value as it was written.
  public var description: String {
    switch self {
    case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
    case .text(let text): text
    }
  }
}
