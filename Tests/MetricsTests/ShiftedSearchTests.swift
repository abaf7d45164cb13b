import Metrics
import Testing

/// Checks distances and alignments of the nearest neighbours against the reference.
private func compare(
  _ generated: RawExamples, _ training: RawExamples, k: Int, relative: Double
) throws {
  let search = try ShiftedSearch(in: training, threads: 2)
  let found = try search.neighbors(of: generated, k: k, threads: 2)
  let reference = ShiftedReference(generated: generated, training: training)
  #expect(found.count == generated.count)
  for (row, neighbors) in found.enumerated() {
    let expected = reference.neighbors(row)
    #expect(neighbors.count == min(k, training.count))
    for (neighbor, expected) in zip(neighbors, expected) {
      let energy = expected.square
      #expect(
        abs(neighbor.square - energy) <= relative * energy,
        "\(training.shape), row \(row): \(neighbor), not \(expected)")
      let own = reference.square(row, neighbor.index, neighbor.alignment)
      #expect(abs(neighbor.square - own) <= 1e-12 * own)
    }
  }
  #expect(try found == search.neighbors(of: generated, k: k, threads: 1))
}

@Suite struct ShiftedSearchTests {
  @Test(arguments: [
    [9, 13, 1], [17, 16, 3], [1, 20, 1], [20, 1, 1], [8, 7, 1], [23, 30, 2], [1, 1, 1],
  ])
  func imagesAsByTheDefinition(_ shape: [Int]) throws {
    let training = randomExamples(61, shape: shape, seed: 1)
    try compare(randomExamples(9, shape: shape, seed: 2), training, k: 6, relative: 1e-12)
    try compare(randomExamples(3, shape: shape, seed: 3), training, k: 100, relative: 1e-12)
  }

  /// Among many images, most are skipped by their bounds, which must never skip a neighbour.
  @Test func imagesAmongMany() throws {
    let training = randomExamples(500, shape: [20, 21, 1], seed: 13)
    let generated = randomExamples(4, shape: [20, 21, 1], seed: 14)
    for k in [1, 40] { try compare(generated, training, k: k, relative: 1e-12) }
  }

  @Test func imagesThatHardlyDiffer() throws {
    let shape = [16, 18, 1]
    for (level, spread) in [(0.9, 1e-3), (0.5, 1e-5), (0.001, 1e-6)] {
      let training = randomExamples(200, shape: shape, seed: 4, spread: spread, level: level)
      let generated = randomExamples(5, shape: shape, seed: 5, spread: spread, level: level)
      try compare(generated, training, k: 3, relative: 1e-9)
    }
  }

  @Test func shiftedAndMirroredImagesAreFound() throws {
    let shape = [16, 24, 3]
    let training = randomExamples(150, shape: shape, seed: 6)
    let fill = randomExamples(1, shape: shape, seed: 7)
    let planted: [(index: Int, alignment: Alignment)] = [
      (140, .image(down: 0, right: 0, isMirrored: false)),
      (3, .image(down: 2, right: -2, isMirrored: false)),
      (77, .image(down: -1, right: 2, isMirrored: true)),
      (0, .image(down: 0, right: 1, isMirrored: true)),
    ]
    let copies = planted.flatMap { index, alignment -> [Float] in
      guard case .image(let down, let right, let isMirrored) = alignment else { return [] }
      return shape.pixels.map { y, x, channel in
        let across = (isMirrored ? shape[1] - 1 - x : x) - right
        let inside = (0..<shape[0]).contains(y - down) && (0..<shape[1]).contains(across)
        let place = ((y - down) * shape[1] + across) * shape[2] + channel
        return inside
          ? training.values[index * training.size + place]
          : fill.values[(y * shape[1] + x) * shape[2] + channel]
      }
    }
    let found = try ShiftedSearch(in: training, threads: 2)
      .neighbors(of: try! RawExamples(copies, shape: shape), k: 2, threads: 2)
    for (neighbors, planted) in zip(found, planted) {
      #expect(
        neighbors[0]
          == ShiftedNeighbor(index: planted.index, square: 0, alignment: planted.alignment))
      #expect(neighbors[1].square > 1)
    }
  }

  @Test func equalImagesAreNeitherShiftedNorMirrored() throws {
    let shape = [16, 16, 1]
    let training = try! RawExamples(
      [Float](repeating: 0.25, count: 256) + [Float](repeating: 0.7, count: 512), shape: shape)
    let generated = try! RawExamples([Float](repeating: 0.5, count: 256), shape: shape)
    let found = try ShiftedSearch(in: training, threads: 1)
      .neighbors(of: generated, k: 3, threads: 1)[0]
    #expect(found.map(\.index) == [1, 2, 0])
    #expect(found.allSatisfy { $0.alignment == .image(down: 0, right: 0, isMirrored: false) })
    #expect(abs(found[2].square - 16) < 1e-12)
  }

  @Test(arguments: [1, 10, 33, 257, 1000, 2600])
  func soundsAsByTheDefinition(_ length: Int) throws {
    let training = randomExamples(21, shape: [length, 1], seed: 8, level: 0)
    try compare(
      randomExamples(19, shape: [length, 1], seed: 9, level: 0), training, k: 4, relative: 1e-4)
    try compare(
      randomExamples(2, shape: [length, 1], seed: 10, level: 0), training, k: 30, relative: 1e-4)
  }

  @Test func delayedSoundsAreFoundWhateverTheirLoudness() throws {
    // More sounds than are transformed at once.
    let length = 16_000
    let training = randomExamples(300, shape: [length, 1], seed: 11, level: 0)
    let fill = randomExamples(4, shape: [length, 1], seed: 12, level: 0)
    let planted: [(index: Int, delay: Int)] = [(299, 0), (0, 1000), (150, -1000), (260, 37)]
    var copies = planted.enumerated().flatMap { row, planted in
      (0..<length).map { sample in
        let from = sample - planted.delay
        return (0..<length).contains(from)
          ? training.values[planted.index * length + from] : fill.values[row * length + sample]
      }
    }
    for sample in 0..<length { copies[length + sample] *= 1e-3 }
    let found = try ShiftedSearch(in: training, threads: 2)
      .neighbors(of: try! RawExamples(copies, shape: [length, 1]), k: 2, threads: 2)
    for row in [0, 2, 3] {
      #expect(
        found[row][0]
          == ShiftedNeighbor(
            index: planted[row].index, square: 0,
            alignment: .sound(samples: planted[row].delay)))
      #expect(found[row][1].square > 1)
    }
    // A quiet copy is about equally far from all sounds, but is still aligned with its original.
    let quiet = try ShiftedSearch(
      in: training.rows([7, 0, 9]), threads: 1
    ).neighbors(
      of: try! RawExamples(Array(copies[length..<2 * length]), shape: [length, 1]), k: 3, threads: 1
    )
    #expect(
      quiet[0].first { $0.index == 1 }?.alignment == .sound(samples: planted[1].delay))
  }

  @Test func beginningsThatAreShiftedOutDoNotMakeSoundsAlike() throws {
    // Two clicks of different sounds, and silence after them.
    let length = 1600
    func click(_ first: Float) -> [Float] {
      (0..<length).map { $0 < 40 ? first * ($0 % 3 == 0 ? 1 : -0.5) : 0 }
    }
    let other = (0..<length).map { Float($0 < 40 ? ($0 % 2 == 0 ? 1 : -1) : 0) }
    let training = try! RawExamples(
      [Float](repeating: 0, count: length) + other + click(0.5), shape: [length, 1])
    let found = try ShiftedSearch(in: training, threads: 1)
      .neighbors(of: try! RawExamples(click(1), shape: [length, 1]), k: 3, threads: 1)[0]
    #expect(found.map(\.index) == [2, 0, 1])
    #expect(found[1].alignment == .sound(samples: 0))
    let silent = try ShiftedSearch(in: training, threads: 1)
      .neighbors(of: training.rows([0]), k: 1, threads: 1)[0][0]
    #expect(silent == ShiftedNeighbor(index: 0, square: 0, alignment: .sound(samples: 0)))
  }
}

extension [Int] {
  /// Rows, columns and channels of a shape [H, W, C], in order.
  fileprivate var pixels: [(Int, Int, Int)] {
    (0..<self[0]).flatMap { y in
      (0..<self[1]).flatMap { x in (0..<self[2]).map { (y, x, $0) } }
    }
  }
}
