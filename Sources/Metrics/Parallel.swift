public import Complaints
internal import Kernels
internal import Synchronization

/// A number of threads that share work, and a function that can stop the work.
public struct Threads: ExpressibleByIntegerLiteral {
  /// Number of threads; no result depends on it.
  public let count: Int
  /// Returns true to stop the work. Called between its pieces, always on the thread that asked for the
  /// work.
  let shouldStop: () -> Bool

  /// Creates a number of threads for work that can be stopped.
  ///
  /// - Parameter shouldStop: Returns true to give the work up, which then throws `Stopped` within the time
  ///   of a piece, well under a second.
  public init(_ count: Int, shouldStop: @escaping () -> Bool = { false }) {
    self.count = count
    self.shouldStop = shouldStop
  }

  /// Creates a number of threads for work that is never stopped.
  public init(integerLiteral count: Int) { self.init(count) }

  /// These threads, or one where OpenBLAS does not allow several calls at once.
  var callingBLAS: Threads { Threads(BLAS.callers(count), shouldStop: shouldStop) }

  /// Throws `Stopped` when the work is no longer wanted.
  public func check() throws(Stopped) { if shouldStop() { throw Stopped() } }
}

/// Calls `body` once for each piece of work, shared among threads.
///
/// The order of pieces, and the thread of each, are not fixed. A piece must therefore write only its own
/// results, so that they do not depend on the number of threads. The threads are those of the engine, as
/// many as were asked for, and OpenBLAS and oneDNN stay within them. (`onAllCores` of `Machine`, for files,
/// takes all cores.)
///
/// - Parameters:
///   - pieces: Number of pieces.
///   - body: Gets the number of a piece.
/// - Throws: `Stopped` when the work is given up; some pieces are then not done.
package func inParallel(_ pieces: Int, threads: Threads, _ body: (Int) -> Void) throws {
  try withoutActuallyEscaping(body) { body in
    let work = Work(pieces: pieces, shouldStop: threads.shouldStop, body)
    lethe_run_workers(
      { context, worker in
        guard let context else { return }
        Unmanaged<Work>.fromOpaque(context).takeUnretainedValue().run(isCaller: worker == 0)
      }, Unmanaged.passUnretained(work).toOpaque(), Int32(max(1, min(threads.count, pieces))))
    if work.isStopped { throw Stopped() }
  }
}

/// Pieces of work that threads take one after another.
private final class Work {
  private let pieces: Int
  private let shouldStop: () -> Bool
  private let body: (Int) -> Void
  private let next = Atomic(0)
  private let stopped = Atomic(false)

  init(pieces: Int, shouldStop: @escaping () -> Bool, _ body: @escaping (Int) -> Void) {
    self.pieces = pieces
    self.shouldStop = shouldStop
    self.body = body
  }

  /// True where the work was given up, so that some pieces may not be done.
  var isStopped: Bool { stopped.load(ordering: .relaxed) }

  /// Takes pieces until none is left or the work is given up.
  ///
  /// - Parameter isCaller: True on the thread that asked for the work, which alone calls `shouldStop`.
  func run(isCaller: Bool) {
    while !isStopped {
      if isCaller, shouldStop() { return stopped.store(true, ordering: .relaxed) }
      let piece = next.add(1, ordering: .relaxed).oldValue
      guard piece < pieces else { return }
      body(piece)
    }
  }
}

/// The rows of a piece, where 0..<count is divided into pieces of `size` rows; the last one may be shorter.
/// For example, piece 1 of 6 rows in pieces of 4 is 4..<6.
func rows(of piece: Int, size: Int, count: Int) -> Range<Int> {
  piece * size..<min(count, (piece + 1) * size)
}

/// Number of pieces of at most `size` rows that cover `count` rows.
func pieceCount(_ count: Int, size: Int) -> Int { (count + size - 1) / size }
