extension SweepRecord {
  /// How the arms of a plan are tuned: each has candidates, which are trained with seeds of their own and compared on
  /// the held-out examples; the best becomes the arm.
  public struct Tuning: Codable, Sendable, Equatable {
    /// The metric of the held-out examples that candidates are compared by.
    public var by: String
    /// Number of seeds that each candidate is trained with.
    public var seeds: Int
    /// The candidates of arms that have several, in the order of the arms.
    public var candidates: [Candidate]
    /// What was chosen so far, in the order in which it was.
    public var choices: [Choice] = []

    /// Describes a tuning that has chosen nothing yet.
    public init(by: String, seeds: Int, candidates: [Candidate]) {
      (self.by, self.seeds, self.candidates) = (by, seeds, candidates)
    }

    /// The candidates of an arm; empty for an arm that there is nothing to choose for.
    public func candidates(of arm: String) -> [Candidate] { candidates.filter { $0.of == arm } }

    /// The choice for an arm; nil while there is none.
    public func choice(of arm: String) -> Choice? { choices.first { $0.arm == arm } }

    /// Names of the arms whose candidates are still to be compared, in the order of the arms.
    public var open: [String] {
      candidates.reduce(into: []) { names, candidate in
        if names.last != candidate.of, choice(of: candidate.of) == nil {
          names.append(candidate.of)
        }
      }
    }
  }

  /// Settings that an arm may be evaluated with.
  public struct Candidate: Codable, Sendable, Equatable {
    /// Name of the arm that it is a candidate of.
    public var of: String
    /// What tells it from the other candidates of the arm: `rate`, and dotted keys.
    public var settings: [Setting]
    /// The arm as it would be, under the name that the candidate's own trials have.
    public var arm: Arm

    /// Describes a candidate.
    public init(of: String, settings: [Setting], arm: Arm) {
      (self.of, self.settings, self.arm) = (of, settings, arm)
    }
  }

  /// What was chosen for an arm.
  public struct Choice: Codable, Sendable, Equatable {
    /// Name of the arm.
    public var arm: String
    /// Name of the candidate; nil where none has a value, so that there is nothing to evaluate.
    public var candidate: String?

    /// Describes a choice.
    public init(arm: String, candidate: String?) { (self.arm, self.candidate) = (arm, candidate) }
  }

  /// Everything that trials are of: the candidates of a tuning, and the arms.
  public var trained: [Arm] { (tuning?.candidates.map(\.arm) ?? []) + arms }

  /// True where every arm has the settings that it is evaluated with.
  public var isTuned: Bool { tuning?.open.isEmpty ?? true }
}
