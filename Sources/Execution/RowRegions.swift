import Autodiff

/// Finds runs of instructions that can be cut into rows, and cuts them.
///
/// A barrier between two threads costs as much as a small kernel, and an unrolled network is a
/// thousand of those. Rows of a batch do not depend on each other, so a run of such instructions needs
/// one barrier at its end.
struct RowRegions {
  /// The instructions, with runs of them replaced by regions.
  private(set) var instructions: [Instruction] = []
  private(set) var buffers: [Buffer]
  private let threads: Int
  private let library: OneDNN
  private var run: [Instruction] = []
  private var rowCount = 0
  private var work = 0
  private var known: [BufferID: (reads: Set<RowBand>, writes: Set<RowBand>)] = [:]

  /// Work above which an instruction is better shared by a library call or kernel of its own.
  private static let largestWork = 1_000_000
  /// Fewer rows to a worker would leave matrix products inefficient.
  private static let fewestRows = 4

  init(_ source: [Instruction], _ buffers: [Buffer], threads: Int, library: OneDNN) throws {
    self.buffers = buffers
    self.threads = threads
    self.library = library
    guard threads > 1 else {
      instructions = source
      return
    }
    for instruction in source {
      guard let access = access(instruction) else {
        try close()
        instructions.append(instruction)
        continue
      }
      if access.rowCount != rowCount || collides(access) { try close() }
      rowCount = access.rowCount
      work += access.work
      run.append(instruction)
      for band in access.reads { known[band.buffer, default: ([], [])].reads.insert(band) }
      for band in access.writes { known[band.buffer, default: ([], [])].writes.insert(band) }
    }
    try close()
  }

  private func access(_ instruction: Instruction) -> RowAccess? {
    guard let access = RowAccess(instruction), access.work <= Self.largestWork,
      access.writes.allSatisfy({ [.temporary, .output].contains(buffers[$0.buffer].kind) })
    else { return nil }
    return access
  }

  /// Whether a row that one worker writes would be read or written by another one.
  private func collides(_ access: RowAccess) -> Bool {
    access.reads.contains { band in
      guard let seen = known[band.buffer], !seen.writes.contains(band) else { return false }
      return seen.writes.contains { $0.collides(with: band) }
    }
      || access.writes.contains { band in
        guard let seen = known[band.buffer] else { return false }
        return !seen.writes.contains(band) && seen.writes.contains { $0.collides(with: band) }
          || !seen.reads.contains(band) && seen.reads.contains { $0.collides(with: band) }
      }
  }

  /// Ends the present run: a region where that pays, else its instructions as they are.
  private mutating func close() throws {
    defer {
      run = []
      work = 0
      known = [:]
    }
    let isSmall = work < CompiledKernel.parallelWork
    let workers = isSmall ? 1 : min(threads, rowCount / Self.fewestRows)
    let hasProduct = run.contains { if case .contraction = $0 { true } else { false } }
    guard isSmall ? hasProduct : run.count > 1 && workers > 1 else {
      instructions += run
      return
    }
    instructions.append(.rows(try region(workers)))
  }

  private mutating func region(_ workers: Int) throws -> RowRegion {
    var shares: [[Instruction]] = []
    for worker in 0..<workers {
      let rows = rowCount * worker / workers..<rowCount * (worker + 1) / workers
      var scratch: [Contraction] = []
      let share = try run.map { instruction in
        switch instruction {
        case .kernel(let kernel):
          return Instruction.kernel(kernel.rows(rows, axis: kernel.rowAxis ?? 0))
        case .contraction(let contraction):
          let part = try contraction.rows(rows, library)
          scratch.append(part)
          return .contraction(part)
        case .check, .rows: return instruction
        }
      }
      shareScratch(scratch)
      shares.append(share)
    }
    return RowRegion(instructions: run, rowCount: rowCount, workers: shares)
  }

  /// Gives all products of one worker the same working memory.
  private mutating func shareScratch(_ products: [Contraction]) {
    let count = products.map(\.primitive.scratchCount).max() ?? 0
    guard count > 0 else { return }
    buffers.append(Buffer(count: count, kind: .temporary))
    for product in products { product.addScratch(buffers.count - 1) }
  }
}
