public import Foundation

/// What was measured of a model: `metrics.json` of a trial, and what `lethe metrics --json` prints.
public struct MetricsDocument: Codable, Sendable, Equatable {
  /// Numbers of examples; nil where they are not counted for what was measured.
  public struct Sizes: Codable, Sendable, Equatable {
    /// Training examples.
    public var train: Int?
    /// Held-out examples.
    public var holdout: Int?
    /// Samples, of a generator.
    public var generated: Int?
    /// Training examples that equal an earlier one.
    public var trainDuplicates: Int?
    /// Features of an example.
    public var dimension: Int?
    /// Different samples among `distinctOf`.
    public var distinctGenerated: Int?
    /// Different training examples among `distinctOf`.
    public var distinctTrain: Int?
    /// Samples, and training examples, among which different ones were counted.
    public var distinctOf: Int?
    /// True where the samples are a few again and again, nil otherwise.
    public var collapsed: Bool?
    /// Held-out examples that a detector or classifier was asked about.
    public var measured: Int?
    /// Classes that it tells apart.
    public var classes: Int?

    /// Counts nothing yet.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case train, holdout, generated, dimension, collapsed, measured, classes
      case trainDuplicates = "train_duplicates"
      case distinctGenerated = "distinct_generated"
      case distinctTrain = "distinct_train"
      case distinctOf = "distinct_of"
    }
  }

  /// How many examples there were.
  public var sizes: Sizes
  /// The name of the space that distances are of; nil without one.
  public var features: String?
  /// The metrics by key.
  public var values: [String: MetricRecord]
  /// Dropout rates that training has learned, by site; nil where it has learned none.
  public var learnedRates: [String: Double]?

  private enum CodingKeys: String, CodingKey {
    case sizes, features, values
    case learnedRates = "learned_rates"
  }

  /// Collects what was measured; see the properties.
  public init(
    sizes: Sizes, features: String?, values: [String: MetricRecord],
    learnedRates: [String: Double] = [:]
  ) {
    (self.sizes, self.features, self.values) = (sizes, features, values)
    self.learnedRates = learnedRates.isEmpty ? nil : learnedRates
  }

  /// Reads an object; `sizes` may be missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sizes = try container.decodeIfPresent(Sizes.self, forKey: .sizes) ?? Sizes()
    features = try container.decodeIfPresent(String.self, forKey: .features)
    values = try container.decode([String: MetricRecord].self, forKey: .values)
    learnedRates = try container.decodeIfPresent([String: Double].self, forKey: .learnedRates)
  }

  /// Writes the file.
  ///
  /// - Throws: `FileError`.
  public func write(to url: URL) throws { try writeJSON(self, to: url) }

  /// Reads the file.
  ///
  /// - Returns: Nil when there is no such file.
  /// - Throws: `InputError` for something else; `FileError` if it cannot be read.
  public static func read(from url: URL) throws -> MetricsDocument? {
    try readJSON(
      MetricsDocument.self, from: url, as: "the metrics of a trial",
      remedy: "lethe measure writes it anew")
  }
}
