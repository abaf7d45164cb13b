import Autodiff
import TestSupport

/// A random graph of element-wise operations, reductions, movements and products over a few shapes, with gradients.
func randomOutputs(_ graph: Graph, seed: UInt64) throws -> [Tensor] {
  let choices = numbers(400, seed: seed + 77).map { Int(($0 + 1) * 500) }
  var next = 0
  func choose(_ count: Int) -> Int {
    next += 1
    return choices[next % choices.count] % count
  }
  let shape = [[6, 10], [3, 4, 5], [40, 64], [2, 130, 9]][choose(4)]
  var pool = try (0..<3).map { try graph.input("i\($0)", shape: shape) }
  for _ in 0..<24 {
    let (a, b) = (pool[choose(pool.count)], pool[choose(pool.count)])
    switch choose(9) {
    case 0: pool.append(try a + b)
    case 1: pool.append(try a * b * 0.5)
    case 2: pool.append(try a.tanh())
    case 3: pool.append(try a.less(than: b).select(a, b - 1))
    case 4: pool.append(try a - a.mean(axes: [0], keepingAxes: true))
    case 5: pool.append(try a * b.max(axes: [shape.count - 1], keepingAxes: true).tanh())
    case 6: pool.append(try Tensor.concatenate([a, b], axis: 0).slice(axis: 0, 1..<1 + shape[0]))
    case 7:
      let flat = try a.reshape([shape[0], shape.dropFirst().reduce(1, *)])
      pool.append(try flat.transpose([1, 0]).reshape(shape).sigmoid())
    default: pool.append(try (a * a + 0.1).sqrt() - b.sum().tanh())
    }
  }
  let last = try pool[pool.count - 1].sum() + pool[pool.count - 3].squared().mean()
  return try [last, pool[pool.count - 2]]
    + graph.gradients(of: last.tanh(), by: Array(pool[..<3]))
}

/// A network that repeats products, functions and random masks over the rows of a batch, and the
/// gradients of its loss.
func unrolledOutputs(
  _ graph: Graph, steps: Int, rows: Int, size: Int, seed: UInt64 = 1
) throws -> [Tensor] {
  let x = try graph.input("x", shape: [steps * rows, size])
  let w = try graph.variable("w", shape: [3 * size, size]) * 0.3
  let b = try graph.variable("b", shape: [3 * size])
  let choices = numbers(64, seed: seed).map { Int(($0 + 1) * 500) }
  var state = try graph.input("state", shape: [rows, size])
  var states: [Tensor] = []
  for step in 0..<steps {
    let sum = try state.matmul(w, transposeOther: true) + b
    let parts = try (0..<3).map { try sum.slice(axis: 1, $0 * size..<($0 + 1) * size) }
    let input = try x.slice(axis: 0, step * rows..<(step + 1) * rows)
    var next = try parts[0].sigmoid() * state + parts[1].tanh() * input
    switch choices[step % 64] % 5 {
    case 0: next = try next * graph.uniform("mask\(step)", shape: [rows, size]).less(than: 0.7)
    case 1: next = try next - next.mean(axes: [1], keepingAxes: true)
    case 2: next = try next + parts[2] * parts[2].max(axes: [1], keepingAxes: true)
    case 3: next = try next * 0.5 + next.mean(axes: [0], keepingAxes: true)
    default: break
    }
    state = try next.tanh()
    states.append(state)
  }
  let all = try Tensor.concatenate(states, axis: 0)
  let loss = try (all * x).sum() + state.squared().mean()
  return try [loss, all] + graph.gradients(of: loss, by: [x, w, b])
}
