import Metrics

/// A plain implementation of the definitions behind `ShiftedSearch`.
struct ShiftedReference {
  let generated: RawExamples
  let training: RawExamples

  /// The training examples in the order of their distance to a generated one.
  func neighbors(_ row: Int) -> [(index: Int, square: Double)] {
    (0..<training.count)
      .map { other in (other, alignments.map { square(row, other, $0) }.min() ?? .infinity) }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
  }

  var alignments: [Alignment] {
    let shape = training.shape
    guard shape.count == 3 else {
      let reach = min(shape[0] / 16, 4096)
      return (-reach...reach).map { .sound(samples: $0) }
    }
    let (down, right) = (min(2, shape[0] / 8), min(2, shape[1] / 8))
    return [false, true].flatMap { isMirrored in
      (-down...down).flatMap { y in
        (-right...right).map { x in .image(down: y, right: x, isMirrored: isMirrored) }
      }
    }
  }

  func square(_ row: Int, _ other: Int, _ alignment: Alignment) -> Double {
    let g = values(generated, row)
    let t = values(training, other)
    let shape = training.shape
    switch alignment {
    case .sound(let samples):
      var (sum, energy) = (0.0, 0.0)
      for place in t.indices where g.indices.contains(place + samples) {
        sum += pow2(g[place + samples] - t[place])
        energy += pow2(g[place + samples]) + pow2(t[place])
      }
      let whole = t.reduce(g.reduce(0) { $0 + pow2($1) }) { $0 + pow2($1) }
      if whole == 0 { return 0 }
      return energy >= whole / 2 ? sum * whole / energy : .infinity
    case .image(let down, let right, let isMirrored):
      var (sum, count) = (0.0, 0)
      for y in 0..<shape[0] where (0..<shape[0]).contains(y + down) {
        for x in 0..<shape[1] where (0..<shape[1]).contains(x + right) {
          let across = isMirrored ? shape[1] - 1 - (x + right) : x + right
          for channel in 0..<shape[2] {
            let a = g[((y + down) * shape[1] + across) * shape[2] + channel]
            sum += pow2(a - t[(y * shape[1] + x) * shape[2] + channel])
          }
          count += 1
        }
      }
      return sum * Double(shape[0] * shape[1]) / Double(count)
    }
  }

  private func values(_ examples: RawExamples, _ row: Int) -> [Double] {
    examples.values[row * examples.size..<(row + 1) * examples.size].map(Double.init)
  }

  private func pow2(_ x: Double) -> Double { x * x }
}

/// Examples of random numbers in which neighbouring elements are similar.
///
/// - Parameters:
///   - spread: Scale of the differences between examples.
///   - level: Middle of the numbers.
func randomExamples(
  _ count: Int, shape: [Int], seed: UInt64, spread: Double = 1, level: Double = 0.5
) -> RawExamples {
  var stream = UniformStream(seed: seed)
  let size = shape.reduce(1, *)
  var values: [Float] = []
  for _ in 0..<count {
    var last = 0.0
    for _ in 0..<size {
      last = 0.7 * last + 0.3 * (stream.next() - 0.5)
      values.append(Float(level + spread * last))
    }
  }
  return try! RawExamples(values, shape: shape)
}
