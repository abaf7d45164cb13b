internal import Records

extension ArmFigures {
  /// Notes on probabilities that follow the discriminator and were 0 throughout, so that what they are for changed
  /// nothing: the discriminator never took more training examples for real than is aimed at.
  var idleProbabilities: [String] {
    let curves = trials.filter { $0.state == .finished }.map(\.curve.series)
    let names = Set(curves.flatMap(\.keys)).filter { LogName.key(ofAdaptive: $0) != nil }.sorted()
    return names.filter { name in
      curves.allSatisfy { ($0[name]?.values ?? []).allSatisfy { $0 == 0 } }
    }.compactMap { LogName.key(ofAdaptive: $0) }.map { key in
      "\(key) never acted: its probability stayed 0, as the discriminator did not overfit by more than its target"
    }
  }
}
