public import Complaints
internal import Kernels
internal import Synchronization

/// The threads that share a piece of work, and whether the work is still wanted.
public struct Threads: ExpressibleByIntegerLiteral {
  /// How many there are; no result depends on it.
  public let count: Int
  /// Asked between pieces of the work, always on the thread that the work was asked for on.
  let shouldStop: () -> Bool

  /// Gives work to some threads.
  ///
  /// - Parameter shouldStop: Whether to give the work up: what is under way then throws `Stopped` within the
  ///   time of a piece, which is well under a second.
  public init(_ count: Int, shouldStop: @escaping () -> Bool = { false }) {
    self.count = count
    self.shouldStop = shouldStop
  }

  /// Gives work to some threads that finish it.
  public init(integerLiteral count: Int) { self.init(count) }

  /// As many threads as may call OpenBLAS at once.
  var callingBLAS: Threads { Threads(BLAS.callers(count), shouldStop: shouldStop) }

  /// Throws when the work is no longer wanted.
  public func check() throws(Stopped) { if shouldStop() { throw Stopped() } }
}

/// Calls `body` once for each piece of work, shared among threads.
///
/// Which thread does a piece, and when, is open: a piece must write only what is its own, so that results
/// do not depend on the number of threads. They are the engine's threads, as many as were asked for, and OpenBLAS and oneDNN
/// stay within them; `onAllCores` of `Machine`, for files, takes all there are.
///
/// - Parameters:
///   - pieces: How many pieces there are.
///   - body: Is given the number of a piece.
/// - Throws: `Stopped` when the work is given up; some pieces are then not done.
func inParallel(_ pieces: Int, threads: Threads, _ body: (Int) -> Void) throws {
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

  /// Whether pieces were left.
  var isStopped: Bool { stopped.load(ordering: .relaxed) }

  /// - Parameter isCaller: Whether this is the thread that the work was asked for on.
  func run(isCaller: Bool) {
    while !isStopped {
      if isCaller, shouldStop() { return stopped.store(true, ordering: .relaxed) }
      let piece = next.add(1, ordering: .relaxed).oldValue
      guard piece < pieces else { return }
      body(piece)
    }
  }
}

/// The part of 0..<count that a piece of at most `size` rows covers.
func rows(of piece: Int, size: Int, count: Int) -> Range<Int> {
  piece * size..<min(count, (piece + 1) * size)
}

/// How many pieces of at most `size` rows cover `count`.
func pieceCount(_ count: Int, size: Int) -> Int { (count + size - 1) / size }
