internal import Kernels
internal import Synchronization

/// Calls `body` once for each piece of work, shared among threads.
///
/// Which thread does a piece, and when, is open: a piece must write only what is its own, so that results
/// do not depend on the number of threads.
///
/// - Parameters:
///   - pieces: How many pieces there are.
///   - body: Is given the number of a piece.
func inParallel(_ pieces: Int, threads: Int, _ body: (Int) -> Void) {
  withoutActuallyEscaping(body) { body in
    let work = Work(pieces: pieces, body)
    lethe_run_workers(
      { context, _ in
        guard let context else { return }
        Unmanaged<Work>.fromOpaque(context).takeUnretainedValue().run()
      }, Unmanaged.passUnretained(work).toOpaque(), Int32(max(1, min(threads, pieces))))
  }
}

/// Pieces of work that threads take one after another.
private final class Work {
  private let pieces: Int
  private let body: (Int) -> Void
  private let next = Atomic(0)

  init(pieces: Int, _ body: @escaping (Int) -> Void) {
    self.pieces = pieces
    self.body = body
  }

  func run() {
    while true {
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
