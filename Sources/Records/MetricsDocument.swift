public import Foundation

/// The measurements of a model: `metrics.json` of a trial, and the output of `lethe metrics --json`.
public struct MetricsDocument: Codable, Sendable, Equatable {
  /// Counts of examples; nil where a count does not apply to what was measured.
  public struct Sizes: Codable, Sendable, Equatable {
    /// Training examples.
    public var train: Int?
    /// Held-out examples.
    public var holdout: Int?
    /// Samples of a generator.
    public var generated: Int?
    /// Training examples that equal an earlier one.
    public var trainDuplicates: Int?
    /// Held-out examples that equal a training example; nil without any.
    public var holdoutInTrain: Int?
    /// Number of features of an example.
    public var dimension: Int?
    /// Distinct samples among `distinctOf`.
    public var distinctGenerated: Int?
    /// Distinct training examples among `distinctOf`.
    public var distinctTrain: Int?
    /// Number of samples, and of training examples, among which distinct ones were counted.
    public var distinctOf: Int?
    /// True where the generator makes only a few distinct samples, nil otherwise.
    public var collapsed: Bool?
    /// Held-out examples that a detector or classifier was measured on.
    public var measured: Int?
    /// Number of classes that a detector or classifier tells apart.
    public var classes: Int?

    /// Counts nothing yet.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case train, holdout, generated, dimension, collapsed, measured, classes
      case trainDuplicates = "train_duplicates"
      case holdoutInTrain = "holdout_in_train"
      case distinctGenerated = "distinct_generated"
      case distinctTrain = "distinct_train"
      case distinctOf = "distinct_of"
    }
  }

  /// Counts of examples.
  public var sizes: Sizes
  /// Name of the feature space in which distances are measured; nil without one.
  public var features: String?
  /// The set that stands for held-out examples where there is a test set: it (`testSet`), or the held-out examples
  /// (`validationSet`), of which `values` has what `validation` has.
  public var set: String?
  /// The metrics by key.
  public var values: [String: MetricRecord]
  /// Numbers of the held-out examples by which models are chosen, by key; nil without a test set.
  public var validation: [String: MetricRecord]?
  /// Dropout rates that training has learned, by site; nil where it has learned none.
  public var learnedRates: [String: Double]?

  /// The name of the test set in `set`.
  public static let testSet = "test"
  /// The name of the held-out examples in `set`.
  public static let validationSet = "validation"

  private enum CodingKeys: String, CodingKey {
    case sizes, features, set, values, validation
    case learnedRates = "learned_rates"
  }

  /// Collects what was measured; see the properties.
  public init(
    sizes: Sizes, features: String?, set: String? = nil, values: [String: MetricRecord],
    validation: [String: MetricRecord]? = nil, learnedRates: [String: Double] = [:]
  ) {
    (self.sizes, self.features, self.set, self.values) = (sizes, features, set, values)
    self.validation = validation
    self.learnedRates = learnedRates.isEmpty ? nil : learnedRates
  }

  /// Reads an object; `sizes` may be missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sizes = try container.decodeIfPresent(Sizes.self, forKey: .sizes) ?? Sizes()
    features = try container.decodeIfPresent(String.self, forKey: .features)
    set = try container.decodeIfPresent(String.self, forKey: .set)
    values = try container.decode([String: MetricRecord].self, forKey: .values)
    validation = try container.decodeIfPresent([String: MetricRecord].self, forKey: .validation)
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
