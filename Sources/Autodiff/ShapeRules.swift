/// The shape rule of every operation: the inputs that it accepts, and the shape of the result.
enum ShapeRules {
  /// The result's shape.
  ///
  /// - Parameters:
  ///   - declared: The result's shape, for operations whose inputs do not determine it.
  /// - Throws: `GraphError` with an empty scope.
  static func shape(
    _ operation: Operation, inputs: [Shape], declared: Shape?
  ) throws -> Shape {
    let rule = Rule(operation: operation, inputs: inputs, declared: declared ?? inputs.first ?? [])
    switch operation {
    case .constant:
      return try rule.require([], count: 0)
    case .input, .variable, .random:
      try rule.check(rule.declared.allSatisfy { $0 > 0 }, "sizes above 0", "\(rule.declared)")
      return try rule.require(rule.declared, count: 0)
    case .iota(let axis):
      try rule.check(rule.declared.indices.contains(axis), "an axis of \(rule.declared)", "\(axis)")
      return try rule.require(rule.declared, count: 0)
    case .unary, .stopGradient:
      return try rule.require(inputs.first ?? [], count: 1)
    case .binary:
      return try rule.sameShapes(count: 2)
    case .select:
      return try rule.sameShapes(count: 3)
    case .sum(let axes), .max(let axes):
      return try rule.reduction(axes)
    case .reshape, .transpose, .broadcast, .slice, .pad, .concatenate:
      return try rule.movement()
    case .gather, .scatter:
      return try rule.gathering()
    case .smallestMagnitude(let count):
      let input = try rule.require(inputs.first ?? [], count: 1)
      try rule.check(input.count == 2, "rows [R, n]", "\(input)")
      try rule.check((1...input[1]).contains(count), "a count from 1 to \(input[1])", "\(count)")
      return [input[0], 1]
    case .matmul(let transposeA, let transposeB):
      return try rule.matmul(transposeA, transposeB)
    case .convolution(let geometry):
      return try rule.convolution(geometry)
    case .convolutionInputGradient(let geometry):
      return try rule.convolutionInputGradient(geometry)
    case .convolutionWeightGradient(let geometry):
      return try rule.convolutionWeightGradient(geometry)
    }
  }
}

private struct Rule {
  let operation: Operation
  let inputs: [Shape]
  let declared: Shape

  func fail(_ expected: String, _ found: String) -> GraphError {
    GraphError(operation: operation.name, expected: expected, found: found)
  }

  func check(_ condition: Bool, _ expected: String, _ found: @autoclosure () -> String) throws {
    if !condition { throw fail(expected, found()) }
  }

  func require(_ shape: Shape, count: Int) throws -> Shape {
    try check(inputs.count == count, "\(count) inputs", "\(inputs.count)")
    return shape
  }

  func sameShapes(count: Int) throws -> Shape {
    let first = try require(inputs.first ?? [], count: count)
    try check(
      inputs.allSatisfy { $0 == first }, "inputs of one shape",
      inputs.map { "\($0)" }.joined(separator: " and "))
    return first
  }

  func reduction(_ axes: [Int]) throws -> Shape {
    let input = try require(inputs.first ?? [], count: 1)
    try check(
      axes == axes.sorted() && Set(axes).count == axes.count
        && axes.allSatisfy(input.indices.contains),
      "ascending axes of \(input)", "\(axes)")
    return input.reduced(along: axes)
  }

  func movement() throws -> Shape {
    if case .concatenate(let axis) = operation { return try concatenation(axis) }
    let input = try require(inputs.first ?? [], count: 1)
    switch operation {
    case .reshape:
      try check(
        declared.elementCount == input.elementCount,
        "\(input.elementCount) elements as in \(input)",
        "\(declared.elementCount) in \(declared)")
    case .transpose(let permutation):
      try check(
        permutation.sorted() == Array(input.indices), "a permutation of the axes of \(input)",
        "\(permutation)")
      return permutation.map { input[$0] }
    case .broadcast:
      try check(
        declared.count == input.count && zip(input, declared).allSatisfy { $0 == $1 || $0 == 1 },
        "a shape that \(declared) repeats", "\(input)")
    case .slice(let starts):
      try check(
        starts.count == input.count && declared.count == input.count
          && input.indices.allSatisfy {
            starts[$0] >= 0 && declared[$0] > 0 && starts[$0] + declared[$0] <= input[$0]
          }, "a range inside \(input)", "\(declared) from \(starts)")
    case .pad(let low):
      try check(
        low.count == input.count && declared.count == input.count
          && input.indices.allSatisfy { low[$0] >= 0 && low[$0] + input[$0] <= declared[$0] },
        "room for \(input) from \(low)", "\(declared)")
    default: throw fail("a movement operation", operation.name)
    }
    return declared
  }

  func concatenation(_ axis: Int) throws -> Shape {
    guard let first = inputs.first, first.indices.contains(axis) else {
      throw fail("inputs with axis \(axis)", "\(inputs)")
    }
    try check(
      inputs.allSatisfy {
        $0.count == first.count && $0.reduced(along: [axis]) == first.reduced(along: [axis])
      },
      "shapes that agree but along axis \(axis)", "\(inputs)")
    var shape = first
    shape[axis] = inputs.reduce(0) { $0 + $1[axis] }
    return shape
  }

  func gathering() throws -> Shape {
    _ = try require([], count: 2)
    let (values, places) = (inputs[0], inputs[1])
    try check(values.count == 3, "values [N, C, P]", "\(values)")
    let isScatter = operation == .scatter
    let wanted = isScatter ? [values[0], values[2]] : [values[0], places.last ?? 0]
    try check(
      places == wanted, "places [\(values[0]), \(isScatter ? "\(values[2])" : "Q")]", "\(places)")
    let result = isScatter ? declared : [values[0], values[1], places[1]]
    try check(
      result.count == 3 && Array(result.prefix(2)) == Array(values.prefix(2)) && result[2] > 0,
      "a result [\(values[0]), \(values[1]), P]", "\(result)")
    let most = isScatter ? result[2] : values[2]
    try check(
      most <= 1 << 24, "at most 2²⁴ places, as they are single-precision numbers", "\(most)")
    return result
  }

  func matmul(_ transposeA: Bool, _ transposeB: Bool) throws -> Shape {
    _ = try require([], count: 2)
    let rank = inputs[0].count
    try check(
      (2...3).contains(rank) && inputs[1].count == rank
        && inputs[0].dropLast(2) == inputs[1].dropLast(2),
      "two matrices, or two batches of equally many", "\(inputs[0]) and \(inputs[1])")
    let a = transposeA ? inputs[0].withLastTwoSwapped : inputs[0]
    let b = transposeB ? inputs[1].withLastTwoSwapped : inputs[1]
    try check(
      a[rank - 1] == b[rank - 2], "\(a[rank - 1]) rows on the right of \(a)", "\(b)")
    return a.dropLast() + [b[rank - 1]]
  }

  /// Checks ranks and channels; returns the spatial output sizes.
  func outputSizes(_ g: ConvolutionGeometry, x: Shape, w: Shape) throws -> [Int] {
    let rank = g.stride.count
    try check(g.isValid, "stride, padding and dilation of one or two axes", "\(g)")
    try check(x.count == rank + 2, "x of rank \(rank + 2)", "\(x)")
    try check(
      w.count == rank + 2 && w[1] == x[x.count - 1],
      "w with \(x[x.count - 1]) input channels and \(rank) kernel axes", "\(w)")
    guard let sizes = g.outputSizes(input: Array(x[1...rank]), kernel: Array(w[2...])) else {
      throw fail("a kernel no larger than the padded input \(x)", "\(w)")
    }
    return sizes
  }

  func convolution(_ g: ConvolutionGeometry) throws -> Shape {
    _ = try require([], count: 2)
    let sizes = try outputSizes(g, x: inputs[0], w: inputs[1])
    return [inputs[0][0]] + sizes + [inputs[1][0]]
  }

  func convolutionInputGradient(_ g: ConvolutionGeometry) throws -> Shape {
    _ = try require([], count: 2)
    let expected =
      [declared.first ?? 0] + (try outputSizes(g, x: declared, w: inputs[1])) + [inputs[1][0]]
    try check(inputs[0] == expected, "dy of shape \(expected)", "\(inputs[0])")
    return declared
  }

  func convolutionWeightGradient(_ g: ConvolutionGeometry) throws -> Shape {
    _ = try require([], count: 2)
    let sizes = try outputSizes(g, x: inputs[0], w: declared)
    let expected = [inputs[0][0]] + sizes + [declared[0]]
    try check(inputs[1] == expected, "dy of shape \(expected)", "\(inputs[1])")
    return declared
  }
}
