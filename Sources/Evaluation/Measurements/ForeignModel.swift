/// What another program's trained model has left to be measured.
public struct ForeignModel: Sendable {
  /// Samples, shape [N] + that of an example, in the experiment's value range.
  let samples: [Float]
  /// Numbers of the program's own; nil where there are none.
  let scores: ForeignScores?
  /// Number of steps that it counts as trained for.
  let step: Int

  /// Puts together what is to be measured; see the properties.
  public init(samples: [Float], scores: ForeignScores?, step: Int) {
    (self.samples, self.scores, self.step) = (samples, scores, step)
  }
}
