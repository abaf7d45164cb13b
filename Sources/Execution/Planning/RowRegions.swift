import Autodiff

/// Finds runs of instructions that can be cut into rows, and cuts them.
///
/// A barrier, at which threads wait for each other, takes as long as a small kernel, and an unrolled network
/// has about a thousand small kernels. Rows of a batch do not depend on each other, so a run of such
/// instructions needs only one barrier, at its end.
///
///     0: product [64, 64]         0: 64 rows by 2 workers:
///     1: kernel [64, 64]               product [64, 64], kernel [64, 64],
///     2: product [64, 64]              product [64, 64], kernel [64, 64]
///     3: kernel [64, 64]
struct RowRegions {
  /// The instructions, with regions in place of the runs that were cut.
  private(set) var instructions: [Instruction] = []
  private(set) var buffers: [Buffer]
  private let backend: any Backend
  private var run: [Instruction] = []
  private var rowCount = 0
  private var work = 0
  private var known: [BufferID: (reads: Set<RowBand>, writes: Set<RowBand>)] = [:]

  /// Work above which an instruction is faster outside a region, with all threads sharing it.
  private static let largestWork = 1_000_000
  /// Fewest rows of a worker; with fewer, matrix products are inefficient.
  private static let fewestRows = 4

  init(_ source: [Instruction], _ buffers: [Buffer], for backend: any Backend) throws {
    self.buffers = buffers
    self.backend = backend
    guard backend.threads > 1 else {
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

  /// True where another worker of the current run would read or write a row that one worker writes.
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

  /// Ends the current run: it becomes a region where that is faster, else its instructions stay as they are.
  private mutating func close() throws {
    defer {
      run = []
      work = 0
      known = [:]
    }
    let isSmall = work < FusedKernel.parallelWork
    let workers = isSmall ? 1 : min(backend.threads, rowCount / Self.fewestRows)
    let hasProduct = run.contains { if case .contraction = $0 { true } else { false } }
    guard isSmall ? hasProduct : run.count > 1 && workers > 1 else {
      instructions += run
      return
    }
    instructions.append(.rows(try region(workers)))
  }

  private mutating func region(_ workers: Int) throws -> RowRegion {
    let shares = try (0..<workers).map { worker in
      let rows = rowCount * worker / workers..<rowCount * (worker + 1) / workers
      return try sharingWorkspace(run.map { Self.part(rows, of: $0) })
    }
    return RowRegion(instructions: run, rowCount: rowCount, workers: shares)
  }

  /// The part of an instruction that works on some of its rows.
  private static func part(_ rows: Range<Int>, of instruction: Instruction) -> Instruction {
    switch instruction {
    case .kernel(let kernel): .kernel(kernel.rows(rows, axis: kernel.rowAxis ?? 0))
    case .contraction(let contraction): .contraction(contraction.rows(rows))
    case .check, .moves, .selection, .rearrangement, .rows: instruction
    }
  }

  /// Gives all products of one worker the same working memory.
  private mutating func sharingWorkspace(_ share: [Instruction]) throws -> [Instruction] {
    let needs = try share.map { instruction in
      if case .contraction(let product) = instruction {
        try backend.workspace(of: product)
      } else {
        0
      }
    }
    guard let count = needs.max(), count > 0 else { return share }
    buffers.append(Buffer(count: count, kind: .temporary))
    return zip(share, needs).map { instruction, need in
      guard need > 0, case .contraction(var product) = instruction else { return instruction }
      product.workspace = buffers.count - 1
      return .contraction(product)
    }
  }
}
