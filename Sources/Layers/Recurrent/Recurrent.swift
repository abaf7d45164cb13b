public import Autodiff
public import Specification

/// A recurrent layer, unrolled in the graph: every step adds its own nodes and shares the weights.
///
/// Parameters are named and laid out as those of `nn.GRU` and `nn.LSTM`.
public struct Recurrent: Layer {
  /// Its address in the model, such as `encoder.rnn`.
  public let address: String
  /// Size of a step's input.
  public let inputs: Int
  /// Size of the state.
  public let hidden: Int
  /// The kind of its cell: GRU or LSTM.
  public let kind: Cell
  private let inputWeight: Parameter
  private let stateWeight: Parameter
  private let inputBias: Parameter
  private let stateBias: Parameter

  /// A layer; first values are uniform in ±1/√hidden.
  public init(_ address: String, _ kind: Cell, inputs: Int, hidden: Int) {
    self.address = address
    self.inputs = inputs
    self.hidden = hidden
    self.kind = kind
    let rows = kind.implementation.gates * hidden
    let initializer = Initializer.uniform(bound: 1 / Float(hidden).squareRoot())
    func parameter(_ name: String, _ shape: Shape) -> Parameter {
      Parameter(
        "\(address).\(name)", shape: shape, initializer: initializer, isDecayed: shape.count == 2)
    }
    inputWeight = parameter("weight_ih_l0", [rows, inputs])
    stateWeight = parameter("weight_hh_l0", [rows, hidden])
    inputBias = parameter("bias_ih_l0", [rows])
    stateBias = parameter("bias_hh_l0", [rows])
  }

  /// The weights for input and state, then their biases.
  public var parameters: [Parameter] { [inputWeight, stateWeight, inputBias, stateBias] }

  /// The hidden states [T, N, H] for inputs [T, N, F], from a state of zeros.
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    let run = try start(steps: x.shape[0], batch: x.shape[1], in: forward)
    let states = try run.states(of: x, from: zeroState(batch: x.shape[1], in: forward))
    return try Tensor.concatenate(
      states.map { try $0.hidden.reshape([1] + $0.hidden.shape) }, axis: 0)
  }

  /// A state of zeros.
  public func zeroState(batch: Int, in forward: Forward) throws -> RecurrentState {
    let zeros = try forward.graph.constant(0).broadcast(to: [batch, hidden])
    return RecurrentState(hidden: zeros, cell: kind.stateCount == 2 ? zeros : nil)
  }

  /// Prepares the weights and the dropout of one sequence.
  public func start(steps: Int, batch: Int, in forward: Forward) throws -> Run {
    try forward.graph.scope(address) {
      let hooks = try forward.recurrent(
        address,
        RecurrentSequence(
          steps: steps, batch: batch, inputs: inputs, hidden: hidden,
          gates: kind.implementation.gates))
      let weight = try forward.sharedWeight(
        address + ".input", forward.value(of: inputWeight), axes: [.outputs, .inputs], uses: steps)
      return Run(
        layer: self, cell: kind.implementation, forward: forward, hooks: hooks, steps: steps,
        inputWeight: weight,
        stateWeight: try hooks.weight(forward.value(of: stateWeight)),
        inputBias: try forward.value(of: inputBias), stateBias: try forward.value(of: stateBias))
    }
  }

  /// The pass of one sequence through the layer.
  public struct Run {
    let layer: Recurrent
    let cell: any RecurrentCell
    let forward: Forward
    let hooks: RecurrentHooks
    let steps: Int
    let inputWeight, stateWeight, inputBias, stateBias: Tensor

    /// The states after every step, for inputs [T, N, F] that are all known beforehand.
    public func states(of x: Tensor, from first: RecurrentState) throws -> [RecurrentState] {
      try forward.noteUse(of: x, by: layer.parameters)
      let projected = try forward.graph.scope(layer.address) { try project(x, 0) }
      let batch = x.shape[1]
      var states: [RecurrentState] = []
      for step in 0..<x.shape[0] {
        let input = try projected.slice(axis: 0, step * batch..<(step + 1) * batch)
        states.append(try advance(states.last ?? first, input, step))
      }
      if let last = states.last { forward.record(layer, output: last.hidden, steps: x.shape[0]) }
      return states
    }

    /// The state after one step, for its input [N, F].
    public func state(
      after previous: RecurrentState, _ x: Tensor, step: Int
    ) throws -> RecurrentState {
      try forward.noteUse(of: x, by: layer.parameters)
      let projected = try forward.graph.scope(layer.address) { try project(x, step) }
      let state = try advance(previous, projected, step)
      if step == 0 { forward.record(layer, output: state.hidden, steps: steps) }
      return state
    }

    /// W_ih x + b_ih for x of shape […, F], as a matrix with one row for each vector of x.
    ///
    /// - Parameter step: The step of x, or the first of its steps.
    private func project(_ x: Tensor, _ step: Int) throws -> Tensor {
      let masked = try hooks.input(x, step)
      let rows = x.shape.dropLast().reduce(1, *)
      return try masked.reshape([rows, layer.inputs]).matmul(inputWeight, transposeOther: true)
        + inputBias
    }

    private func advance(
      _ previous: RecurrentState, _ input: Tensor, _ step: Int
    ) throws -> RecurrentState {
      try forward.graph.scope(layer.address) {
        let seen = try hooks.state(previous.hidden, step)
        let recurrent = try seen.matmul(stateWeight, transposeOther: true) + stateBias
        return try cell.next(previous, input: input, recurrent: recurrent, step: step, hooks)
      }
    }
  }
}
