internal import Autodiff

/// One step of an LSTM, as in `nn.LSTM`; biases are left out here:
/// i, f, o = σ(W_i x + W_h h), g = tanh(W_i x + W_h h), c' = f⊙c + i⊙g, h' = o⊙tanh(c').
///
/// Source: Hochreiter & Schmidhuber 1997; with forget gates, Gers et al. 2000.
struct LSTM: RecurrentCell {
  let gates = 4
  let stateCount = 2

  func next(
    _ previous: RecurrentState, input: Tensor, recurrent: Tensor, step: Int, _ hooks: RecurrentHooks
  ) throws -> RecurrentState {
    let size = previous.hidden.shape[1]
    let sum = try input + recurrent
    let candidate = try hooks.candidate(sum.gate(2, size).tanh(), step)
    guard let old = previous.cell else { preconditionFailure("an LSTM's state has a cell") }
    let new = try old * sum.gate(1, size).sigmoid() + sum.gate(0, size).sigmoid() * candidate
    let cell = try hooks.update(old, new, step, true)
    let hidden = try sum.gate(3, size).sigmoid() * new.tanh()
    return RecurrentState(
      hidden: try hooks.update(previous.hidden, hidden, step, false), cell: cell)
  }
}
