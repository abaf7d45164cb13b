internal import Autodiff
internal import Execution
internal import Kernels

extension FusedKernel.Function {
  /// The interpreter's number for the function.
  var opcode: lethe_opcode {
    switch self {
    case .copy: LETHE_COPY
    case .unary(let function): function.opcode
    case .binary(let function): function.opcode
    case .select: LETHE_SELECT
    case .selectLess: LETHE_SELECT_LESS
    case .multiplyAdd: LETHE_MULTIPLY_ADD
    }
  }
}

extension Operation.Unary {
  fileprivate var opcode: lethe_opcode {
    switch self {
    case .negate: LETHE_NEGATE
    case .exp: LETHE_EXP
    case .log: LETHE_LOG
    case .sqrt: LETHE_SQRT
    case .tanh: LETHE_TANH
    case .sigmoid: LETHE_SIGMOID
    case .softplus: LETHE_SOFTPLUS
    case .sin: LETHE_SIN
    case .cos: LETHE_COS
    case .abs: LETHE_ABS
    case .floor: LETHE_FLOOR
    }
  }
}

extension Operation.Binary {
  fileprivate var opcode: lethe_opcode {
    switch self {
    case .add: LETHE_ADD
    case .subtract: LETHE_SUBTRACT
    case .multiply: LETHE_MULTIPLY
    case .divide: LETHE_DIVIDE
    case .maximum: LETHE_MAXIMUM
    case .minimum: LETHE_MINIMUM
    case .less: LETHE_LESS
    case .lessOrEqual: LETHE_LESS_OR_EQUAL
    case .equal: LETHE_EQUAL
    }
  }
}
