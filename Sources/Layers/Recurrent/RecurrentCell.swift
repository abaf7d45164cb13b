public import Autodiff
public import Specification

/// What a recurrent layer remembers between two steps; both of shape [N, H].
public struct RecurrentState {
  /// The result of a step.
  public var hidden: Tensor
  /// An LSTM's cell.
  public var cell: Tensor?

  /// A state; see the properties.
  public init(hidden: Tensor, cell: Tensor? = nil) {
    self.hidden = hidden
    self.cell = cell
  }
}

/// One step of a recurrent layer. The parts of the gates lie one after another in PyTorch's order.
protocol RecurrentCell: Sendable {
  /// Parts of size H that the weights make.
  var gates: Int { get }
  /// Tensors of a state.
  var stateCount: Int { get }
  /// The state after a step.
  ///
  /// - Parameters:
  ///   - input: W_ih x + b_ih, shape [N, gates·H].
  ///   - recurrent: W_hh h + b_hh, shape [N, gates·H].
  ///   - hooks: What dropout does; the cell calls `candidate` and `update`.
  func next(
    _ previous: RecurrentState, input: Tensor, recurrent: Tensor, step: Int, _ hooks: RecurrentHooks
  ) throws -> RecurrentState
}

extension Cell {
  /// What it does at a step.
  var implementation: any RecurrentCell {
    switch self {
    case .gru: GRU()
    case .lstm: LSTM()
    }
  }

  /// Tensors of a state: 1, or 2 with a cell.
  public var stateCount: Int { implementation.stateCount }
}

extension Tensor {
  /// Part `index` of gates of size `size`.
  func gate(_ index: Int, _ size: Int) throws -> Tensor {
    try slice(axis: 1, index * size..<(index + 1) * size)
  }
}
