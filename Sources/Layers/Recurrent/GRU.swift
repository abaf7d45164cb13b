internal import Autodiff

/// One step of a GRU, as in `nn.GRU`; biases are left out here:
/// r = σ(W_ir x + W_hr h), z = σ(W_iz x + W_hz h), n = tanh(W_in x + r⊙(W_hn h)),
/// h' = (1 − z)⊙n + z⊙h.
///
/// Source: Cho et al. 2014, arXiv:1406.1078, §2.3, with the reset gate after the product.
struct GRU: RecurrentCell {
  let gates = 3
  let stateCount = 1

  func next(
    _ previous: RecurrentState, input: Tensor, recurrent: Tensor, step: Int, _ hooks: RecurrentHooks
  ) throws -> RecurrentState {
    let size = previous.hidden.shape[1]
    let reset = try (input.gate(0, size) + recurrent.gate(0, size)).sigmoid()
    let keep = try (input.gate(1, size) + recurrent.gate(1, size)).sigmoid()
    let candidate = try hooks.candidate(
      (input.gate(2, size) + reset * recurrent.gate(2, size)).tanh(), step)
    let hidden = try candidate + keep * (previous.hidden - candidate)
    return RecurrentState(hidden: try hooks.update(previous.hidden, hidden, step, false))
  }
}
