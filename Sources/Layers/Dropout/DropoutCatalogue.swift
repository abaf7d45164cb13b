internal import Complaints

/// The list of all kinds of dropout.
public enum DropoutCatalogue {
  /// All variants, one on each line.
  public static let variants: [any DropoutVariant] = [
    Bernoulli(),
    Gaussian(),
    Uniform(),
    Alpha(),
    Spatial(),
    DropBlock(),
    DropPath(),
    DropConnect(),
    VariationalRNN(),
    StepwiseRNN(),
    RecurrentCandidate(),
    Zoneout(),
    WeightDrop(),
    MaxPool(),
    StochasticPool(),
    Standout(),
    Targeted(),
    WeightedChannel(),
    Concrete(),
    VariationalGaussian(),
    Information(),
    DropKey(),
    ExampleTied(),
    Feedback(),
  ]

  /// Finds a variant by its name.
  ///
  /// - Throws: `ModelError` about `what` that lists the names and suggests the nearest.
  static func variant(named name: String, _ what: String) throws -> any DropoutVariant {
    if let variant = variants.first(where: { $0.name == name }) { return variant }
    let names = variants.map(\.name)
    let hint = nearestNameHint(to: name, among: names)
    throw ModelError(
      what, expected: "one of " + names.joined(separator: ", "), found: name + hint)
  }
}
