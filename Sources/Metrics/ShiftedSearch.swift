/// Search for the training examples that are nearest to generated ones when small shifts do not count.
///
/// Images may be shifted by up to 2 pixels down or across (and by no more than an eighth of a side) and
/// mirrored left to right. The overlap of both images is compared, and the squared distance scaled to the
/// whole area: d² = HW/overlap · Σ (g − t)².
///
/// Sounds may be shifted by up to a sixteenth of their length, and by 4096 samples at most. The overlap of
/// both sounds is compared, and the squared distance scaled to their whole energy, not to the length: d² =
/// (|g|² + |t|²)/(energy of both in the overlap) · Σ (g − t)². Otherwise a short sound would be near to
/// silence once its beginning is shifted out. Shifts that compare less than half of the energy do not
/// count.
///
/// Without a shift, d is the Euclidean distance of the unchanged examples.
public struct ShiftedSearch: Sendable {
  private enum Kind {
    case images(ImageShiftSearch)
    case sounds(SoundShiftSearch)
  }

  private let kind: Kind
  private let training: RawExamples

  /// Prepares the search.
  ///
  /// - Parameters:
  ///   - training: Examples among which neighbours are sought.
  ///   - threads: Threads that share the work; no result depends on it.
  /// - Throws: `Unavailable` when LAPACK fails; `Stopped`.
  public init(in training: RawExamples, threads: Threads) throws {
    precondition(training.count > 0, "nothing to be found")
    self.training = training
    kind =
      training.areImages
      ? .images(try ImageShiftSearch(training, threads: threads))
      : .sounds(SoundShiftSearch(training))
  }

  /// The nearest training examples of each generated one, from the nearest.
  ///
  /// - Parameters:
  ///   - generated: Examples of the same shape.
  ///   - k: Number of neighbours; all training examples if there are fewer.
  ///   - threads: Threads that share the work; no result depends on it.
  /// - Throws: `Stopped`.
  public func neighbors(
    of generated: RawExamples, k: Int, threads: Threads
  ) throws -> [[ShiftedNeighbor]] {
    precondition(generated.shape == training.shape, "examples of different shapes")
    precondition(k > 0, "no neighbours")
    switch kind {
    case .images(let search): return try search.neighbors(of: generated, k: k, threads: threads)
    case .sounds(let search): return try search.neighbors(of: generated, k: k, threads: threads)
    }
  }
}
