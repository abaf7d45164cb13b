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

    /// `dropout`: off by default.
    public let dropout: Dropout

    init(_ keys: SectionReader) throws {
      dropout = try keys.value("dropout", .samplingDropout, default: .off)
    }
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
