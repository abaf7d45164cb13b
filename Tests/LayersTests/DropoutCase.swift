import Specification
import Autodiff
import Layers
import TestSupport
import Testing

/// A dropout variant in the smallest network that has a site for it.
struct DropoutCase: Sendable, CustomTestStringConvertible {
  let type: String
  /// Shape of the network's input `x`.
  var shape: Shape = [2, 4, 4, 3]
  var scaling: DropoutScaling?
  var options: [String: DropoutOptionValue] = [:]
  var share: [Axis] = []
  let network: @Sendable (Tensor, Forward) throws -> Tensor

  var testDescription: String { type + (scaling.map { " " + $0.rawValue } ?? "") }

  /// A variant with the network that its kind of site needs.
  init(_ type: String, _ shape: Shape = [2, 4, 4, 3], _ network: Network = .activation) {
    self.init(type, shape, in: network.build)
  }

  /// A variant in a test's own network, with sites in the network `net`.
  init(
    _ type: String, _ shape: Shape,
    in network: @escaping @Sendable (Tensor, Forward) throws -> Tensor
  ) {
    self.type = type
    self.shape = shape
    self.network = network
  }

  /// The kinds of network around the dropout.
  enum Network {
    case activation, branch, linear, convolution, transposed, preActivation, contracted, attention
    case discriminators
    case pooling(Pooling)
    case recurrent(Cell)

    var build: @Sendable (Tensor, Forward) throws -> Tensor {
      switch self {
      case .activation:
        { x, forward in
          try forward.site(.postAct, of: "net.block1", x, DropoutCase.axes(of: x.shape))
        }
      case .branch:
        { x, forward in
          try x
            + forward.site(
              .residualBranch, of: "net.block1", x * 2, DropoutCase.axes(of: x.shape),
              kind: .residualBranch(depth: 2, count: 3))
        }
      case .linear:
        { x, forward in
          let linear = Linear("net.block1.linear", inputs: x.shape[1], outputs: 3)
          return try forward.activate(.leakyRelu, linear(x, forward))
        }
      case .convolution:
        { x, forward in
          try Convolution(
            "net.block1.conv", inputs: x.shape[3], outputs: 5, kernel: [3, 3],
            geometry: ConvolutionGeometry(stride: [2, 2], padding: [1, 1]))(x, forward)
        }
      case .transposed:
        { x, forward in
          try TransposedConvolution(
            "net.block1.conv", inputs: x.shape[3], outputs: 2, kernel: [4, 4],
            geometry: ConvolutionGeometry(stride: [2, 2], padding: [1, 1]))(x, forward)
        }
      case .preActivation:
        { x, forward in
          let linear = Linear("net.block1.linear", inputs: x.shape[1], outputs: 5)
          return try forward.site(
            .postAct, of: "net.block1", linear(x, forward).tanh(), [.batch, .features])
        }
      case .contracted:
        { x, forward in
          let y = try forward.site(
            .postAct, of: "net.block1", x, DropoutCase.axes(of: x.shape))
          let example = Array(x.shape.dropFirst())
          return try LinearFromImage("net.output.linear", image: example, outputs: 2)(y, forward)
        }
      case .attention:
        { x, forward in
          let logits = try x.matmul(x, transposeOther: true)
          return try forward.attentionWeights(logits, of: "net.block1").matmul(x)
        }
      case .discriminators:
        { x, forward in
          let losses = try (1...5).map { try (x * Float($0)).tanh().sum() }
          return try forward.feedback(losses, of: "net")
        }
      case .pooling(let pooling):
        { x, forward in
          try forward.pool(
            pooling, x, size: 2, of: "net.block1", DropoutCase.axes(of: x.shape))
        }
      case .recurrent(let kind):
        { x, forward in
          try Recurrent("net.rnn", kind, inputs: x.shape[2], hidden: 5)(x, forward)
        }
      }
    }
  }

  static func axes(of shape: Shape) -> [Axis] {
    switch shape.count {
    case 2: [.batch, .features]
    case 3: [.batch, .time, .channels]
    default: [.batch, .height, .width, .channels]
    }
  }

  /// Every variant, in at least one network.
  static let all: [DropoutCase] = [
    DropoutCase("bernoulli"), DropoutCase("gaussian"), DropoutCase("uniform"),
    DropoutCase("alpha"), DropoutCase("spatial"), DropoutCase("dropblock", [2, 5, 4, 3]),
    DropoutCase("dropblock", [2, 7, 3]), DropoutCase("drop_path", [6, 4, 4, 3], .branch),
    DropoutCase("dropconnect", [3, 4], .linear),
    DropoutCase("dropconnect", [3, 5, 4, 2], .convolution),
    DropoutCase("variational_rnn", [4, 3, 2], .recurrent(.gru)),
    DropoutCase("stepwise_rnn", [4, 3, 2], .recurrent(.gru)),
    DropoutCase("recurrent", [4, 3, 2], .recurrent(.gru)),
    DropoutCase("zoneout", [4, 3, 2], .recurrent(.lstm)),
    DropoutCase("weight_drop", [4, 3, 2], .recurrent(.lstm)),
    DropoutCase("max_pool", [2, 4, 6, 3], .pooling(.max)),
    DropoutCase("stochastic_pool", [2, 4, 6, 3], .pooling(.average)),
    DropoutCase("stochastic_pool", [2, 6, 3], .pooling(.max)),
    DropoutCase("standout", [3, 4], .preActivation), DropoutCase("targeted", [3, 6], .linear),
    DropoutCase("targeted", [2, 4, 4, 3], .transposed),
    DropoutCase("weighted_channel", [3, 2, 2, 6]),
    DropoutCase("concrete", [2, 2, 3, 2], .contracted),
    DropoutCase("variational_gaussian"), DropoutCase("information"),
    DropoutCase("drop_key", [2, 5, 3], .attention),
    DropoutCase("example_tied"), DropoutCase("example_tied", [3, 7]),
    DropoutCase("feedback", [2, 3], .discriminators),
  ]

  /// A case with other settings.
  func with(_ change: (inout DropoutCase) -> Void) -> DropoutCase {
    var other = self
    change(&other)
    return other
  }

  /// The network's result with the variant in it, and the graph's `Forward`.
  func build(
    rate: Double = 0.4, mode: Forward.Mode = .training, schedule: DropoutSchedule = .constant
  ) throws -> (y: Tensor, forward: Forward) {
    let plain = Forward(Graph(), mode: .training)
    _ = try network(plain.graph.input("x", shape: shape), plain)
    let entry = DropoutEntry(
      type: type, at: ["*"], rate: rate, scaling: scaling, share: share, schedule: schedule,
      options: options)
    let plan = try DropoutPlan([entry], sites: plain.sites)
    let forward = Forward(Graph(), mode: mode, dropout: plan)
    let y = try network(forward.graph.input("x", shape: shape), forward)
    return (y, forward)
  }
}

extension Graph {
  /// Turns variables into inputs, so that a test can change them; returns all inputs.
  func exposeVariables() -> [Tensor] {
    var found: [Tensor] = []
    for (id, node) in nodes.enumerated() {
      if case .variable(let name) = node.operation { nodes[id].operation = .input(name) }
      if case .input = nodes[id].operation { found.append(Tensor(graph: self, id: id)) }
    }
    return found
  }

  /// Turns random numbers into inputs; returns their names and sizes.
  func exposeRandomNumbers() -> [(name: String, count: Int)] {
    var exposed: [(String, Int)] = []
    for (id, node) in nodes.enumerated() {
      guard case .random(let stream, _) = node.operation else { continue }
      nodes[id].operation = .input(stream)
      if !exposed.contains(where: { $0.0 == stream }) {
        exposed.append((stream, node.shape.elementCount))
      }
    }
    return exposed
  }

  /// The streams of random numbers and their shapes.
  var streams: [String: Shape] {
    var found: [String: Shape] = [:]
    for node in nodes {
      if case .random(let stream, _) = node.operation { found[stream] = node.shape }
    }
    return found
  }
}

/// Evaluates tensors; inputs and variables without a given value hold their `fixtureValues`.
func evaluate(
  _ tensors: [Tensor], _ values: [String: [Double]] = [:], step: UInt64 = 0
) -> [[Double]] {
  var interpreter = ReferenceInterpreter()
  interpreter.values = values
  interpreter.step = step
  for node in tensors[0].graph.nodes {
    switch node.operation {
    case .input(let name) where values[name] == nil, .variable(let name) where values[name] == nil:
      interpreter.values[name] = fixtureValues(name, node.shape).map(Double.init)
    default: break
    }
  }
  return interpreter.evaluate(tensors)
}

/// All masks of `count` numbers, where 0 drops and 1 keeps, with their probabilities.
func allMasks(_ count: Int, rate: Double) -> [(mask: [Double], probability: Double)] {
  (0..<1 << count).map { bits in
    let mask = (0..<count).map { Double(bits >> $0 & 1) }
    return (mask, mask.reduce(1) { $0 * ($1 == 1 ? 1 - rate : rate) })
  }
}

/// E[tensor] over the masks of the graph's only random numbers.
func expectationOverMasks(_ tensor: Tensor, rate: Double) -> [Double] {
  let exposed = tensor.graph.exposeRandomNumbers()
  precondition(exposed.count == 1, "one drawing")
  var sum = [Double](repeating: 0, count: tensor.shape.elementCount)
  for (mask, probability) in allMasks(exposed[0].count, rate: rate) {
    for (index, value) in evaluate([tensor], [exposed[0].name: mask])[0].enumerated() {
      sum[index] += probability * value
    }
  }
  return sum
}

/// The largest |a − b| / (1 + |b|).
func difference(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(a.count == b.count ? 0 : .infinity) {
    let error = abs($1.0 - $1.1) / (1 + abs($1.1))
    return error.isNaN ? .infinity : max($0, error)
  }
}
