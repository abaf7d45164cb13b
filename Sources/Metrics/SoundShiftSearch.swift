internal import Glibc
internal import MetricsKernels

/// Nearest training sounds under shifts in time; see `ShiftedSearch`.
///
/// Cross-correlations at all shifts come from Fourier transforms in single precision. A training sound is
/// cut into blocks. Each is transformed, and so is the stretch of the generated sound that it can meet; the
/// products of all blocks are added up before one transform back. Two generated sounds are the real and the
/// imaginary part of one signal, and eight signals are transformed at once. The best shift found in this
/// way is measured in double precision if it can be among the nearest. Sounds are scaled to one energy
/// before, so that rounding in loud ones does not disturb others.
struct SoundShiftSearch: Sendable {
  private static let lanes = Int(LETHE_LANES)
  /// Numbers at one place of a lane array: a real and an imaginary part for each lane.
  private static let place = 2 * lanes
  /// Number of generated sounds in a piece of work.
  private static let pieceRows = 2 * lanes
  private static let largestShift = 4096
  /// A shift is at most the length divided by this.
  private static let lengthPart = 16
  /// Bytes of training spectra that are kept at once.
  private static let spectraLimit = 64 << 20
  /// Margin by which the correlation at a shift must exceed that without a shift, as a share of the energy.
  /// It is larger than rounding errors.
  private static let margin: Float = 4e-6
  /// The most that rounding can take from a correlation, the margin included.
  private static let slack = 2e-5

  private let training: RawExamples
  /// The largest shift in samples.
  let reach: Int
  /// Number of samples in a transform.
  private let span: Int
  /// Number of samples of a training sound that one transform compares.
  private let blockLength: Int
  private let blocks: Int
  private let roots: [Float]

  init(_ training: RawExamples) {
    self.training = training
    let length = training.size
    reach = min(length / Self.lengthPart, Self.largestShift)
    var span = 64
    while span < 4 * reach { span *= 2 }
    self.span = span
    blockLength = span - 2 * reach
    blocks = (length + blockLength - 1) / blockLength
    roots = (0..<span).flatMap { index in
      let angle = 2 * Double.pi * Double(index) / Double(span)
      return [Float(cos(angle)), Float(-sin(angle))]
    }
  }

  /// See `ShiftedSearch.neighbors`.
  func neighbors(of generated: RawExamples, k: Int, threads: Threads) throws -> [[ShiftedNeighbor]]
  {
    var lists = [ShiftedShortList](
      repeating: ShiftedShortList(k: min(k, training.count)), count: generated.count)
    let groupBytes = signalCount * MemoryLayout<Float>.size
    let stretch = max(1, Self.spectraLimit / groupBytes) * Self.lanes
    try lists.withUnsafeMutableBufferPointer { lists in
      for start in stride(from: 0, to: training.count, by: stretch) {
        try compare(generated, start..<min(training.count, start + stretch), lists, threads)
      }
    }
    return lists.map(\.neighbors)
  }

  /// Numbers in the spectra of a group of sounds.
  private var signalCount: Int { blocks * span * Self.place }

  /// Compares all generated sounds with some training sounds.
  private func compare(
    _ generated: RawExamples, _ rows: Range<Int>,
    _ lists: UnsafeMutableBufferPointer<ShiftedShortList>, _ threads: Threads
  ) throws {
    let groups = stride(from: rows.lowerBound, to: rows.upperBound, by: Self.lanes).map {
      $0..<min(rows.upperBound, $0 + Self.lanes)
    }
    var sounds = [SoundGroup?](repeating: nil, count: groups.count)
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: groups.count * signalCount) {
      spectra in
      guard let spectra = spectra.baseAddress else { return }
      try sounds.withUnsafeMutableBufferPointer { sounds in
        try inParallel(groups.count, threads: threads) { group in
          sounds[group] = SoundGroup(training, groups[group], reach: reach, lanes: Self.lanes)
          transform(
            training, groups[group], lead: 0, stretch: blockLength, pairs: false,
            to: spectra + group * signalCount)
        }
      }
      let sounds = sounds.compactMap(\.self)
      try inParallel(pieceCount(generated.count, size: Self.pieceRows), threads: threads) { piece in
        let mine = Metrics.rows(of: piece, size: Self.pieceRows, count: generated.count)
        visit(generated, mine, sounds, spectra, lists)
      }
    }
  }

  /// Compares a piece of the generated sounds with groups of training sounds.
  private func visit(
    _ generated: RawExamples, _ mine: Range<Int>, _ groups: [SoundGroup],
    _ spectra: UnsafePointer<Float>, _ lists: UnsafeMutableBufferPointer<ShiftedShortList>
  ) {
    let sounds = mine.map { SoundEnergy(generated, $0, reach: reach) }
    let correlated = Int(LETHE_CORRELATED)
    let productCount = span * Self.place
    let memory = signalCount + correlated * productCount
    withUnsafeTemporaryAllocation(of: Float.self, capacity: memory) { memory in
      guard let own = memory.baseAddress else { return }
      let products = own + signalCount
      transform(generated, mine, lead: reach, stretch: span, pairs: true, to: own)
      for (number, group) in groups.enumerated() {
        for lane in stride(from: 0, to: pieceCount(mine.count, size: 2), by: correlated) {
          lethe_correlate(
            own, Int64(lane), spectra + number * signalCount, Int64(blocks), Int64(span), products)
          for index in 2 * lane..<min(mine.count, 2 * (lane + correlated)) {
            let product = products + (index / 2 - lane) * productCount
            if index % 2 == 0 { lethe_transform_back(product, Int64(span), roots) }
            record(
              generated, sounds[index], product, index % 2, group, &lists[mine.lowerBound + index])
          }
        }
      }
    }
  }

  /// Measures those of a group of training sounds that may be among the nearest.
  ///
  /// - Parameter part: 0 if the generated sound is the real part of its signal, 1 if it is the imaginary one.
  private func record(
    _ generated: RawExamples, _ sound: SoundEnergy, _ product: UnsafePointer<Float>, _ part: Int,
    _ group: SoundGroup, _ list: inout ShiftedShortList
  ) {
    var best = [Float](repeating: 0, count: Self.lanes)
    var places = [Int32](repeating: 0, count: Self.lanes)
    let weights = (0..<Self.lanes).map { lane in
      lane < group.sounds.count ? sound.weight(beside: group.sounds[lane]) : 0.5
    }
    lethe_best_shifts(
      product, Int64(part), 1 / Float(span), Int64(2 * reach + 1), sound.shares, group.shares,
      weights.map(Float.init), Self.margin, &best, &places)
    for (lane, other) in group.sounds.enumerated() {
      let energy = sound.energy + other.energy
      let balance = 2 * (weights[lane] * (1 - weights[lane])).squareRoot()
      let low = energy * (1 - balance * (Double(best[lane]) + Self.slack))
      guard low <= list.limit else { continue }
      let shift = Int(places[lane]) - reach
      list.insert(
        ShiftedNeighbor(
          index: other.row, square: square(generated, sound, other, shift),
          alignment: .sound(samples: shift)))
    }
  }

  /// The squared distance at one shift, in double precision, scaled to the whole energy of both sounds.
  private func square(
    _ generated: RawExamples, _ sound: SoundEnergy, _ other: SoundEnergy, _ shift: Int
  ) -> Double {
    generated.withRow(sound.row) { a in
      training.withRow(other.row) { b in
        var energy = 0.0
        let square = lethe_overlap_distance(
          a + max(0, shift), b + max(0, -shift), 1, Int64(training.size - abs(shift)), 0, &energy)
        return energy > 0 ? square * (sound.energy + other.energy) / energy : 0
      }
    }
  }

  /// Writes the spectra of all blocks of some sounds, which are scaled to one energy.
  ///
  /// - Parameters:
  ///   - lead: Number of samples by which the stretch of a block begins before the block.
  ///   - stretch: Number of samples in a block's stretch. Zeros follow it, and stand for samples outside
  ///     the sound.
  ///   - pairs: True to put two sounds into a signal, as real and imaginary part; false to put in one, as
  ///     real part.
  ///   - target: Shape [blocks, span] of lane arrays.
  private func transform(
    _ sounds: RawExamples, _ rows: Range<Int>, lead: Int, stretch: Int, pairs: Bool,
    to target: UnsafeMutablePointer<Float>
  ) {
    target.update(repeating: 0, count: blocks * span * Self.place)
    for (index, row) in rows.enumerated() {
      let slot = pairs ? index / 2 + index % 2 * Self.lanes : index
      sounds.withRow(row) { sound in
        let energy = lethe_energy(sound, Int64(sounds.size))
        let scale = energy > 0 ? Float(1 / energy.squareRoot()) : 0
        for block in 0..<blocks {
          let start = block * blockLength - lead
          let there = max(start, 0)..<max(max(start, 0), min(start + stretch, sounds.size))
          let lane = target + block * span * Self.place + slot
          for sample in there { lane[(sample - start) * Self.place] = sound[sample] * scale }
        }
      }
    }
    for block in 0..<blocks {
      lethe_transform(target + block * span * Self.place, Int64(span), roots)
    }
  }
}
