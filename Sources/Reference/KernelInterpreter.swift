internal import Autodiff
package import Execution
internal import Kernels

/// Computes a fused kernel, one place of its space at a time.
package struct KernelInterpreter {
  /// The source of a value at one place.
  private enum Step {
    /// An element of the load with this index.
    case load(Int)
    /// An element of the random stream with this index.
    case random(Int)
    case apply(FusedKernel.Function, [FusedKernel.Operand])
  }

  private let kernel: FusedKernel
  private let address: (BufferID) -> UnsafeMutablePointer<Float>
  private let steps: [Step]
  /// The streams of random numbers.
  private let streams: [(name: String, lanes: Operation.RandomLanes)]

  /// Prepares a kernel, given the address of each buffer.
  package init(
    _ kernel: FusedKernel, address: @escaping (BufferID) -> UnsafeMutablePointer<Float>
  ) {
    self.kernel = kernel
    self.address = address
    var loads = 0
    var streams: [(name: String, lanes: Operation.RandomLanes)] = []
    steps = kernel.values.map { value in
      switch value {
      case .load:
        loads += 1
        return .load(loads - 1)
      case .random(let stream, let lanes):
        streams.append((stream, lanes))
        return .random(streams.count - 1)
      case .apply(let function, let operands): return .apply(function, operands)
      }
    }
    self.streams = streams
  }

  /// Computes every place.
  package func run(seed: UInt64, step: UInt64) {
    let randoms = streams.map { numbers($0.name, $0.lanes, seed, step) }
    let loads = kernel.loads
    let sources = loads.map { address($0.buffer) }
    let targets = kernel.stores.map { address($0.view.buffer) }
    var totals = kernel.reductions.map(Total.init)
    var walk = Walk(kernel.shape, loads + kernel.results)
    var registers = [Float](repeating: 0, count: steps.count)
    for element in 0..<kernel.shape.elementCount {
      for (index, step) in steps.enumerated() {
        switch step {
        case .load(let number): registers[index] = sources[number][walk.places[number]]
        case .random(let number): registers[index] = randoms[number][element]
        case .apply(let function, let operands):
          registers[index] = Float(function.value { Double(Self.value(operands[$0], registers)) })
        }
      }
      for (number, store) in kernel.stores.enumerated() {
        targets[number][walk.places[loads.count + number]] = Self.value(store.operand, registers)
      }
      for (number, reduction) in kernel.reductions.enumerated() {
        let place = walk.places[loads.count + targets.count + number]
        totals[number].add(Double(registers[reduction.value]), at: place)
      }
      walk.advance()
    }
    for (total, reduction) in zip(totals, kernel.reductions) {
      total.write(to: address(reduction.view.buffer))
    }
  }

  private static func value(_ operand: FusedKernel.Operand, _ registers: [Float]) -> Float {
    switch operand {
    case .value(let index): registers[index]
    case .scalar(let number): number
    }
  }

  /// The numbers of a stream for every place of the kernel.
  private func numbers(
    _ stream: String, _ lanes: Operation.RandomLanes, _ seed: UInt64, _ step: UInt64
  ) -> [Float] {
    let count = kernel.shape.elementCount
    let id = lethe_stream_id(stream, Int64(stream.utf8.count))
    let first = Int64(kernel.firstElement)
    return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      switch lanes {
      case .bits16:
        lethe_philox_uniform16(buffer.baseAddress, first, Int64(count), seed, id, step)
      case .bits24: lethe_philox_uniform(buffer.baseAddress, first, Int64(count), seed, id, step)
      }
      filled = count
    }
  }
}

/// The sums or maxima of a reduction, one for each place of its target.
private struct Total {
  private let isMaximum: Bool
  private var values: [Int: Double] = [:]

  init(_ reduction: FusedKernel.Reduction) { isMaximum = reduction.isMaximum }

  mutating func add(_ x: Double, at place: Int) {
    if isMaximum {
      values[place] = values[place].map { Operation.Binary.maximum.value(x, $0) } ?? x
    } else {
      values[place, default: 0] += x
    }
  }

  func write(to target: UnsafeMutablePointer<Float>) {
    for (place, value) in values { target[place] = Float(value) }
  }
}

/// Steps through a space in row-major order, with the place of the current element in each of several views.
private struct Walk {
  private(set) var places: [Int]
  private let shape: Shape
  private let strides: [[Int]]
  private var index: [Int]

  init(_ shape: Shape, _ views: [View]) {
    self.shape = shape
    places = views.map(\.offset)
    strides = shape.indices.map { axis in views.map { $0.strides[axis] } }
    index = shape.map { _ in 0 }
  }

  mutating func advance() {
    for axis in shape.indices.reversed() {
      index[axis] += 1
      let isInside = index[axis] < shape[axis]
      let steps = isInside ? 1 : 1 - index[axis]
      for view in places.indices { places[view] += steps * strides[axis][view] }
      if isInside { return }
      index[axis] = 0
    }
  }
}
