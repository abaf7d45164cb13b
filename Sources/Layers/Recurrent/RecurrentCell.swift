public import Autodiff
public import Specification

/// The state of a recurrent layer between two steps. Its tensors have shape [N, H].
public struct RecurrentState {
  /// The hidden state, which is also the result of a step.
  public var hidden: Tensor
  /// The cell state of an LSTM; nil for a GRU.
  public var cell: Tensor?

  /// A state; see the properties.
  public init(hidden: Tensor, cell: Tensor? = nil) {
    self.hidden = hidden
    self.cell = cell
  }
}

/// One step of a recurrent layer. The parts of the gates lie one after another in PyTorch's order.
protocol RecurrentCell: Sendable {
  /// Number of parts of size H in a product with the weights: 3 for a GRU, 4 for an LSTM.
  var gates: Int { get }
  /// Number of tensors in a state: 1, or 2 with a cell state.
  var stateCount: Int { get }
  /// The state after a step.
  ///
  /// - Parameters:
  ///   - input: W_ih x + b_ih, shape [N, gates·H].
  ///   - recurrent: W_hh h + b_hh, shape [N, gates·H].
  ///   - hooks: The changes by dropout; the cell calls `candidate` and `update`.
  func next(
    _ previous: RecurrentState, input: Tensor, recurrent: Tensor, step: Int, _ hooks: RecurrentHooks
  ) throws -> RecurrentState
}

extension Cell {
  /// The computation of one step.
  var implementation: any RecurrentCell {
    switch self {
    case .gru: GRU()
    case .lstm: LSTM()
    }
  }

  /// Number of tensors in a state: 1, or 2 with a cell state.
  public var stateCount: Int { implementation.stateCount }
}

extension Tensor {
  /// Part `index` of the columns of [N, gates·H], where each part has `size` = H columns.
  func gate(_ index: Int, _ size: Int) throws -> Tensor {
    try slice(axis: 1, index * size..<(index + 1) * size)
  }
}
