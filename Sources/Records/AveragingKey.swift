/// Key of a metric that compares ways to use dropout's masks. It joins a score and a way: `accuracy_mean_of_10`.
public struct AveragingKey: Sendable, Equatable {
  /// A way to get outputs from a network with dropout.
  public enum Way: Sendable, Equatable {
    /// The mean over some masks.
    case meanOf(Int)
    /// No masks, and units scaled by their probability of being kept.
    case weightScaling
    /// The mean over all masks that there are.
    case exact
  }

  /// Name of the score, such as `accuracy`.
  public let name: String
  /// Way in which the outputs were made.
  public let way: Way

  /// Pairs a score with a way.
  public init(_ name: String, _ way: Way) {
    (self.name, self.way) = (name, way)
  }

  /// Reads the key of a mean over some masks; nil for any other.
  public init?(meanIn key: String) {
    guard let match = key.wholeMatch(of: /(.+)_mean_of_([0-9]+)/), let count = Int(match.2) else {
      return nil
    }
    self.init(String(match.1), .meanOf(count))
  }

  /// The key as it stands in `metrics.json`.
  public var text: String {
    switch way {
    case .meanOf(let count): "\(name)_mean_of_\(count)"
    case .weightScaling: "\(name)_weight_scaling"
    case .exact: "\(name)_exact"
    }
  }
}
