package import Autodiff

extension Operation.Binary {
  /// The function in double precision. `maximum` and `minimum` are NaN where either number is, as in kernels. Rounded to
  /// single precision it is the function in single precision, since a double has more than twice its digits.
  package func value(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .maximum: x > y || x.isNaN ? x : y
    case .minimum: x < y || x.isNaN ? x : y
    case .less: x < y ? 1 : 0
    case .lessOrEqual: x <= y ? 1 : 0
    case .equal: x == y ? 1 : 0
    }
  }
}
