internal import Autodiff
public import Execution

/// A convolution of a program, or a gradient of one, and the time that it takes in each of its forms.
public struct ConvolutionTimes: Encodable, Sendable {
  /// A form and its time.
  public struct Form: Encodable, Sendable {
    /// Such as "direct", "F(4, 2) × F(2, 2)".
    public let name: String
    /// Milliseconds of one run by the fastest of several, the packing of the weight included.
    public let milliseconds: Double

    private enum CodingKeys: String, CodingKey {
      case name
      case milliseconds = "ms"
    }
  }

  /// The direction and the sizes.
  public let name: String
  /// Times that the program computes it.
  public let uses: Int
  /// All forms. The first one is direct: the convolution's own sums.
  public let forms: [Form]
  /// The form that is taken by the sizes.
  public let chosen: Form

  /// The fastest form.
  public var fastest: Form { forms.min { $0.milliseconds < $1.milliseconds } ?? chosen }
}

extension ConvolutionTimes {
  /// The least number of rounds in which all forms are run in turn.
  private static let rounds = 3

  /// Times the convolutions of a program that have more forms than one. Each is a program of its own here, with
  /// operands of ones, so that a weight which several convolutions share is packed for each.
  ///
  /// - Parameters:
  ///   - program: One that was compiled with `ConvolutionChoice.winograd`, as others have rewritten some convolutions.
  ///   - threads: Threads that share a convolution.
  ///   - seconds: Time to measure for.
  public static func measured(
    in program: Program, threads: Int, seconds: Double
  ) throws -> [ConvolutionTimes] {
    var uses: [ConvolutionShape: Int] = [:]
    var shapes: [ConvolutionShape] = []
    for case .contraction(let contraction) in program.plan.flatInstructions {
      guard let shape = contraction.convolution, !Winograd.all(of: shape).isEmpty else { continue }
      if uses[shape] == nil { shapes.append(shape) }
      uses[shape, default: 0] += 1
    }
    return try shapes.map {
      try ConvolutionTimes(
        $0, uses: uses[$0] ?? 1, threads: threads, seconds: seconds / Double(shapes.count))
    }
  }

  private init(_ shape: ConvolutionShape, uses: Int, threads: Int, seconds: Double) throws {
    let candidates = [nil] + Winograd.all(of: shape)
    let programs = try candidates.map { try shape.program(threads: threads, in: $0) }
    for program in programs { try program.run(step: 0) }
    var least = [Double](repeating: .infinity, count: programs.count)
    let (clock, start) = (ContinuousClock(), ContinuousClock.now)
    var round = 0
    while round < Self.rounds || clock.now - start < .seconds(seconds) {
      round += 1
      for (index, program) in programs.enumerated() {
        let time = try clock.measure { _ = try program.run(step: 0) }
        least[index] = min(least[index], time / .milliseconds(1))
      }
    }
    let chosen = Winograd(shape)
    name = shape.description
    self.uses = uses
    forms = zip(candidates, least).map { Form(name: $0?.name ?? "direct", milliseconds: $1) }
    self.chosen = forms[candidates.firstIndex { $0?.kernel == chosen?.kernel } ?? 0]
  }
}

extension ConvolutionShape {
  /// A program that computes this alone, of ones.
  fileprivate func program(threads: Int, in form: Winograd?) throws -> Program {
    let graph = Graph()
    let operands: [Tensor]
    let result: Tensor
    switch kind {
    case .forward:
      operands = try [graph.input("x", shape: x), graph.input("w", shape: w)]
      result = try operands[0].convolution(operands[1], geometry)
    case .inputGradient:
      operands = try [graph.input("y", shape: y), graph.input("w", shape: w)]
      result = try operands[0].transposedConvolution(
        operands[1], geometry, sizes: Array(x[1..<x.count - 1]))
    case .weightGradient:
      operands = try [graph.input("x", shape: x), graph.input("y", shape: y)]
      result = try graph.add(.convolutionWeightGradient(geometry), operands, shape: w)
    }
    let program = try Program(
      Computation(graph, outputs: [result]), variables: VariableStore(), seed: 0,
      backend: CPUBackend(threads: threads, forms: [self: form]))
    for operand in operands { program[operand].update(repeating: 1) }
    return program
  }

  /// Direction, input, kernel and output.
  fileprivate var description: String {
    let result =
      switch kind {
      case .forward: "y"
      case .inputGradient: "gradient of x"
      case .weightGradient: "gradient of the kernel"
      }
    let kernel = w[2...].map(String.init).joined(separator: "×")
    let stride = geometry.stride.map(String.init).joined(separator: "×")
    return "\(result): x \(x), y \(y), \(kernel), stride \(stride)"
  }
}
