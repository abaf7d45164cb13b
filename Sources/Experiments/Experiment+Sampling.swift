internal import Specification

extension Experiment {
  /// `sampling`: the use of dropout while samples are drawn.
  public struct Sampling: Sendable, Equatable {
    /// The use of dropout masks.
    public enum Dropout: Sendable, Equatable {
      /// Nothing is dropped.
      case off
      /// Masks are drawn as in training.
      case stochastic
      /// A sample is the mean over this many draws of the masks.
      case meanOf(Int)
    }

    /// `deactivate: {by, share}`: units of a trained generator that are switched off.
    public struct Deactivate: Sendable, Equatable {
      /// The metrics by which units are chosen.
      public enum Metric: String, Sendable, CaseIterable {
        /// The share of memorised samples.
        case memorizedShare = "memorized_share"
      }

      /// `by`.
      public let by: Metric
      /// `share`.
      public let share: Double
    }

    /// `dropout`.
    public let dropout: Dropout
    /// `deactivate`; see `Deactivation` of `Evaluation`; nil for none.
    public let deactivate: Deactivate?
    /// `ema`; nil (0) for the weights themselves.
    public let ema: Double?

    init(_ keys: SectionReader, family: Family, averages: [Double]) throws {
      dropout = try keys.value(
        "dropout", .samplingDropout, default: .off,
        says:
          "what dropout masks do: nothing is dropped (`off`), drawn as in training (`stochastic`), or a sample is the mean over k draws (`mean_of`)"
      )
      deactivate = try keys.additionalSection(
        "deactivate", when: .families(where: \.isGenerative, not: family),
        says: "units of a trained generator that are switched off"
      ) {
        Deactivate(
          by: try $0.value(
            "by", .choice, default: .memorizedShare,
            says: "metric that is to fall, by which units are chosen"),
          share: try $0.value(
            "share", .number(above: 0, below: 1), default: 0.01,
            says: "largest share of the units that is switched off"))
      }
      let rate = try keys.value(
        "ema", .decay(among: averages), default: averages.first ?? 0,
        when: .only(!averages.isEmpty, "for averages of train.ema"),
        says:
          "decay of the average in `train.ema` that samples are drawn from, the first by default; 0 for the weights themselves"
      )
      ema = rate > 0 ? rate : nil
    }
  }
}

extension ValueKind<Double> {
  /// One of the decays of averages, or 0.
  static func decay(among averages: [Double]) -> Self {
    let names = (averages + [0]).map(\.plain)
    var kind = number(atLeast: 0, below: 1)
    let parseNumber = kind.parse
    kind.expected = { _ in
      "\(names.joined(separator: " or ")), as train.ema has and 0 for the weights themselves"
    }
    kind.parse = { node in
      parseNumber(node).flatMap { $0 == 0 || averages.contains($0) ? $0 : nil }
    }
    return kind
  }
}

extension ValueKind<Experiment.Sampling.Dropout> {
  fileprivate static var samplingDropout: Self {
    let counts = ValueKind<Int>.integer(1...100_000)
    return Self(
      expected: { _ in "off, stochastic or {mean_of: k} with k from 1 to 100000" },
      choices: ["off", "stochastic"],
      parse: { node in
        switch node.content {
        case .scalar("off", _): .off
        case .scalar("stochastic", _): .stochastic
        case .mapping(let entries) where entries.count == 1 && entries[0].key == "mean_of":
          counts.parse(entries[0].value).map { .meanOf($0) }
        default: nil
        }
      },
      render: { dropout in
        switch dropout {
        case .off: .text("off")
        case .stochastic: .text("stochastic")
        case .meanOf(let count): .mapping([.init("mean_of", .integer(count))])
        }
      })
  }
}
