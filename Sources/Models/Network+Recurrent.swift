internal import Autodiff
internal import Layers
internal import Specification

/// An example as a sequence of frames.
struct Frames: Sendable {
  /// Time steps.
  let count: Int
  /// Numbers in a frame.
  let size: Int
  static let axes: [Axis] = [.batch, .time, .features]

  /// Divides a picture into rows, or a waveform into stretches of `frame` samples that fill it.
  init(_ example: ExampleShape, frame: Int) {
    switch example {
    case .image(let height, let width, let channels):
      (count, size) = (height, width * channels)
    case .spectrogram(let sizes, let channels):
      (count, size) = (sizes.frames, sizes.bands * channels)
    case .sound(let samples):
      precondition(samples % frame == 0, "frames fill a sound")
      (count, size) = (samples / frame, frame)
    }
  }
}

extension Network {
  /// A network with a GRU or LSTM that is unrolled over the frames of an example.
  static func recurrent(_ specification: NetworkSpecification) throws -> Network {
    let frames = Frames(specification.example, frame: specification.frame)
    return try Network(
      specification,
      specification.role.isGenerative
        ? RecurrentWriter(specification, frames) : RecurrentReader(specification, frames))
  }
}

/// A network that reads frames one after another and maps its last state to a vector.
private struct RecurrentReader: NetworkBody {
  let name: String
  let frames: Frames
  let rnn: Recurrent
  let head: Linear
  let classTerm: ClassTerm?

  init(_ specification: NetworkSpecification, _ frames: Frames) {
    name = specification.role.rawValue
    self.frames = frames
    rnn = Recurrent(
      name + ".rnn", specification.cell, inputs: frames.size, hidden: specification.hidden[0])
    head = Linear(
      specification.role.outputBlock + ".linear", inputs: rnn.hidden, outputs: specification.outputs
    )
    classTerm = specification.classTerm(channels: rnn.hidden)
  }

  var layers: [any Layer] { [rnn, head] + (classTerm?.layers ?? []) }

  func callAsFunction(_ x: Tensor, teacher: Tensor?, _ forward: Forward) throws -> Tensor {
    let batch = x.shape[0]
    let seen = try forward.site(
      .input, of: name, x.reshape([batch, frames.count, frames.size]), Frames.axes)
    let states = try rnn.start(steps: frames.count, batch: batch, in: forward)
      .states(of: seen.timeMajor(), from: rnn.zeroState(batch: batch, in: forward))
    let last = try forward.site(
      .preOutput, of: name, states[states.count - 1].hidden, [.batch, .features])
    return try classTerm.added(to: head(last, forward), features: last, forward)
  }
}

/// A network that maps a latent to a first state and then makes frame after frame, each from the
/// one before.
///
/// With a teacher, it is fed the true frames, all of which are known beforehand; without one, its
/// own frames. The first step is fed zeros.
private struct RecurrentWriter: NetworkBody {
  let name: String
  let frames: Frames
  let example: Shape
  let start: Linear
  let rnn: Recurrent
  let head: Linear
  let outputActivation: Activation?
  let feedback: Activation?

  init(_ specification: NetworkSpecification, _ frames: Frames) {
    name = specification.role.rawValue
    self.frames = frames
    example = specification.example.sizes
    rnn = Recurrent(
      name + ".rnn", specification.cell, inputs: frames.size, hidden: specification.hidden[0])
    start = Linear(
      name + ".start.linear", inputs: specification.codeSize,
      outputs: rnn.kind.stateCount * rnn.hidden)
    head = Linear(
      specification.role.outputBlock + ".linear", inputs: rnn.hidden, outputs: frames.size)
    outputActivation = specification.outputActivation
    feedback = specification.feedback
  }

  var layers: [any Layer] { [start, rnn, head] }

  func callAsFunction(_ x: Tensor, teacher: Tensor?, _ forward: Forward) throws -> Tensor {
    let batch = x.shape[0]
    let first = try firstState(x, forward)
    let run = try rnn.start(steps: frames.count, batch: batch, in: forward)
    let output = try head.shared(uses: frames.count, in: forward)
    let y =
      if let teacher, frames.count > 1 {
        try taught(teacher, run, first, output, forward)
      } else {
        try alone(run, first, output, forward)
      }
    return try y.reshape([batch] + example)
  }

  private func firstState(_ code: Tensor, _ forward: Forward) throws -> RecurrentState {
    let values = try start(code, forward).tanh()
    guard rnn.kind.stateCount == 2 else { return RecurrentState(hidden: values) }
    return RecurrentState(
      hidden: try values.slice(axis: 1, 0..<rnn.hidden),
      cell: try values.slice(axis: 1, rnn.hidden..<2 * rnn.hidden))
  }

  /// The frames [N, T, F] when each step is fed the true frame before it.
  private func taught(
    _ teacher: Tensor, _ run: Recurrent.Run, _ first: RecurrentState,
    _ output: (Tensor) throws -> Tensor, _ forward: Forward
  ) throws -> Tensor {
    let batch = teacher.shape[0]
    let sizes = [batch, frames.count, frames.size]
    let fed = try teacher.reshape(sizes).slice(axis: 1, 0..<frames.count - 1)
      .pad(low: [0, 1, 0], to: sizes)
    let seen = try forward.site(.input, of: rnn.address, fed, Frames.axes)
    let hidden = try run.states(of: seen.timeMajor(), from: first)
      .map { try $0.hidden.reshape([1, batch, rnn.hidden]) }
    let states = try forward.site(
      .preOutput, of: name, Tensor.concatenate(hidden, axis: 0).timeMajor(), Frames.axes)
    let y = try output(states.reshape([batch * frames.count, rnn.hidden]))
    return try activated(outputActivation, y).reshape(sizes)
  }

  /// The frames [N, T, F] when each step is fed the network's own frame before it.
  private func alone(
    _ run: Recurrent.Run, _ first: RecurrentState, _ output: (Tensor) throws -> Tensor,
    _ forward: Forward
  ) throws -> Tensor {
    let batch = first.hidden.shape[0]
    var fed = try forward.graph.constant(0).broadcast(to: [batch, 1, frames.size])
    var state = first
    var made: [Tensor] = []
    for index in 0..<frames.count {
      let step = TimeStep(index, of: frames.count)
      let seen = try forward.site(.input, of: rnn.address, fed, Frames.axes, step: step)
      state = try run.state(after: state, seen.reshape([batch, frames.size]), step: index)
      let hidden = try forward.site(
        .preOutput, of: name, state.hidden.reshape([batch, 1, rnn.hidden]), Frames.axes,
        step: step)
      let y = try output(hidden.reshape([batch, rnn.hidden])).reshape([batch, 1, frames.size])
      made.append(try activated(outputActivation, y))
      fed = try activated(feedback, y)
    }
    return try Tensor.concatenate(made, axis: 1)
  }

  private func activated(_ activation: Activation?, _ y: Tensor) throws -> Tensor {
    try activation.map { try $0(y) } ?? y
  }
}

extension Tensor {
  /// Swaps batch and time: [N, T, D] → [T, N, D], or back.
  fileprivate func timeMajor() throws -> Tensor { try transpose([1, 0, 2]) }
}
