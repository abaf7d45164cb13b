/// The training and the held-out set that generated sets are compared with. What is computed of these two alone, such as
/// distances among training rows, is kept for all comparisons.
public final class ReferenceSets {
  /// All training rows, and those without repetitions; see `Metric.leavesOutRepetitions`.
  let all, originals: MeasuredSet
  /// All held-out rows; nil without any.
  let holdout: MeasuredSet?
  /// The held-out rows that equal no training row and no earlier one, which memorisation is scored with.
  let unseen: MeasuredSet?
  /// Number of held-out rows that equal a training row.
  let holdoutInTraining: Int

  /// Prepares sets.
  ///
  /// - Precondition: Both have features of one dimension, and at least one row.
  public init(training: ExampleSet, holdout: ExampleSet?) {
    let distinct = training.distinct()
    all = MeasuredSet(training)
    originals = distinct.count == training.count ? all : MeasuredSet(distinct)
    let held = holdout.map(MeasuredSet.init)
    self.holdout = held
    let others = holdout.map { $0.distinct(besides: distinct) }
    holdoutInTraining = others?.equal ?? 0
    unseen = others.flatMap { others in
      others.rows.count == held?.count
        ? held : others.rows.count == 0 ? nil : MeasuredSet(others.rows)
    }
  }

  /// The held-out rows that equal no training row and no earlier one; nil without any.
  public var unseenHoldout: ExampleSet? { unseen?.examples }
}

extension ExampleSet {
  /// The rows without those that equal an earlier one, such as rows 0 and 2 of three where 0 and 1 are
  /// equal.
  func distinct() -> ExampleSet {
    var seen: Set<ArraySlice<Double>> = []
    let kept = features.slices.enumerated().filter { seen.insert($1).inserted }.map(\.offset)
    return kept.count == count ? self : rows(kept)
  }

  /// The distinct rows that equal none of another set, and the number of rows that equal one.
  func distinct(besides other: ExampleSet) -> (rows: ExampleSet, equal: Int) {
    let known = Set(other.features.slices)
    let free = features.slices.enumerated().filter { !known.contains($1) }.map(\.offset)
    return ((free.count == count ? self : rows(free)).distinct(), count - free.count)
  }
}
