/// What a term means, for readers who do not know it, and the papers that it is from.
public struct Meaning: Sendable, Equatable {
  /// A sentence, without the term itself and without a full stop.
  public let text: String
  /// The papers; empty for what is defined here.
  public let sources: [Citation]

  /// Explains a term; see the properties.
  public init(_ text: String, _ sources: Citation...) {
    (self.text, self.sources) = (text, sources)
  }

  /// Explains a term by another's meaning.
  public init(_ text: String, as other: Meaning) { (self.text, sources) = (text, other.sources) }
}

/// The terms that occur in the report of an experiment.
public struct Glossary: Sendable {
  /// Meanings of metrics by their keys.
  public private(set) var metrics: [String: Meaning]
  /// Names and meanings of what training was changed by, such as kinds of dropout, in the order in which they are met.
  public private(set) var methods: [(name: String, meaning: Meaning)]

  /// Collects terms; see the properties.
  public init(
    metrics: [String: Meaning] = [:], methods: [(name: String, meaning: Meaning)] = []
  ) {
    (self.metrics, self.methods) = (metrics, methods)
  }

  /// Adds the terms of another glossary that are not yet here.
  public mutating func add(_ other: Glossary) {
    metrics.merge(other.metrics) { own, _ in own }
    methods += other.methods.filter { new in !methods.contains { $0.name == new.name } }
  }
}
