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
    let convolutions = convolutions(in: program)
    return try convolutions.map {
      try ConvolutionTimes(
        $0.shape, uses: $0.uses, threads: threads, seconds: seconds / Double(convolutions.count))
    }
  }

  /// The convolutions of a program that have more forms than one, and the number of times that each is computed.
  private static func convolutions(
    in program: Program
  ) -> [(shape: ConvolutionShape, uses: Int)] {
    var uses: [ConvolutionShape: Int] = [:]
    var shapes: [ConvolutionShape] = []
    for case .contraction(let contraction) in program.plan.flatInstructions {
      guard let shape = contraction.convolution, !Winograd.all(of: shape).isEmpty else { continue }
      if uses[shape] == nil { shapes.append(shape) }
      uses[shape, default: 0] += 1
    }
    return shapes.map { ($0, uses[$0] ?? 1) }
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
    forms = zip(candidates, least).map { Form(name: Winograd.name(of: $0), milliseconds: $1) }
    self.chosen = forms[candidates.firstIndex { $0?.kernel == chosen?.kernel } ?? 0]
  }
}

// MARK: Choice

extension ConvolutionTimes {
  /// Number of forms that are tried beside the direct one: those that should be fastest by the sizes.
  private static let triedForms = 3
  /// Share of the time of the form that is chosen by the sizes below which another one is taken.
  private static let gain = 0.95

  /// Chooses the form of each convolution of a program by trying the likely ones, those first that take most of a step.
  /// What there is no time for is chosen by the sizes.
  ///
  /// - Parameters:
  ///   - program: As for `measured`.
  ///   - threads: Threads that share a convolution.
  ///   - seconds: Time to try for; the one convolution that is being tried is tried to the end.
  ///   - known: Choices that were made before, and stay.
  /// - Returns: Names of forms by the descriptions of convolutions: those of `known` and those that were tried, and those
  ///   that there was no time for.
  public static func chosenForms(
    in program: Program, threads: Int, seconds: Double, known: [String: String]
  ) throws -> (tried: [String: String], untried: [String: String]) {
    let start = ContinuousClock.now
    var (tried, untried) = (known, [String: String]())
    let convolutions = convolutions(in: program).sorted {
      $0.shape.multiplications * Double($0.uses) > $1.shape.multiplications * Double($1.uses)
    }
    for (shape, _) in convolutions where tried[shape.description] == nil {
      if ContinuousClock.now - start < .seconds(seconds) {
        tried[shape.description] = Winograd.name(of: try fastest(of: shape, threads: threads))
      } else {
        untried[shape.description] = Winograd.name(of: Winograd(shape))
      }
    }
    return (tried, untried)
  }

  /// The fastest form in two rounds, after one that does not count.
  private static func fastest(of shape: ConvolutionShape, threads: Int) throws -> Winograd? {
    let bySizes = Winograd(shape)
    let forms = [bySizes] + likely(of: shape).filter { $0?.kernel != bySizes?.kernel }
    let programs = try forms.map { try shape.program(threads: threads, in: $0) }
    for program in programs { try program.run(step: 0) }
    var least = [Duration](repeating: .seconds(1e9), count: programs.count)
    for _ in 0..<2 {
      for (index, program) in programs.enumerated() {
        let time = try ContinuousClock().measure { _ = try program.run(step: 0) }
        least[index] = min(least[index], time)
      }
    }
    let best = least.indices.min { least[$0] < least[$1] } ?? 0
    return least[best] < least[0] * gain ? forms[best] : bySizes
  }

  /// The direct form and those that should be fastest.
  private static func likely(of shape: ConvolutionShape) -> [Winograd?] {
    let forms: [Winograd?] = Winograd.all(of: shape).sorted { $0.cost < $1.cost }
    return [nil] + forms.prefix(triedForms)
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
      backend: CPUBackend(threads: threads, forms: [description: Winograd.name(of: form)]))
    for operand in operands { program[operand].update(repeating: 1) }
    return program
  }
}
