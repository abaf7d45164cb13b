internal import Experiments
internal import Metrics
internal import Records
internal import Scores

/// The numbers that another program says of its model; see `ForeignScores`.
final class OwnScores: Measurement {
  /// None that are known before the program has run.
  let numbers: [MeasuredNumber] = []

  func measure(
    _ subject: Subject, in folder: TrialFolder, _ kept: KeptMeasurements
  ) throws -> Findings {
    let entries = subject.foreign?.scores?.entries ?? []
    // What an experiment asks for and the program does not say is told as missing.
    let missing = Set(subject.experiment.metrics.primary.map(\.metric))
      .subtracting(entries.map(\.key)).filter(ForeignScores.canBeKey).sorted()
    return Findings(
      entries
        + missing.map { key in
          MetricEntry(
            key: key, aspect: .performance, better: nil,
            value: .failure(Unavailable("trainer.scores has none of that name")), null: nil)
        })
  }
}
