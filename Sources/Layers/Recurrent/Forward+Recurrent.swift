internal import Autodiff
internal import Specification

extension Forward {
  /// The changes that dropout makes at the steps of a recurrent layer, from its site
  /// `<layer>.recurrent`.
  public func recurrent(_ layer: String, _ sequence: RecurrentSequence) throws -> RecurrentHooks {
    let site = DropoutSite(
      .recurrent, of: layer, axes: [.batch, .time, .features],
      example: [sequence.steps, sequence.hidden],
      kind: .recurrent(gates: sequence.gates))
    return try graph.scope(site.address) {
      guard let visit = try visit(site, batch: sequence.batch),
        let variant = visit.placement.variant as? any RecurrentDropout
      else { return RecurrentHooks() }
      return try variant.hooks(sequence, visit.draw, isDropping: visit.isDropping)
    }
  }
}
