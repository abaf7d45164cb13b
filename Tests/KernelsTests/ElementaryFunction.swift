internal import Foundation
internal import Kernels

/// An array function of `Kernels` and the same function in double precision.
struct ElementaryFunction: Sendable, CustomStringConvertible {
  typealias ArrayForm =
    @convention(c) (UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, Int64) -> Void

  let description: String
  let arrayForm: ArrayForm
  let reference: @Sendable (Double) -> Double

  init(
    _ description: String, _ arrayForm: ArrayForm,
    _ reference: @escaping @Sendable (Double) -> Double
  ) {
    self.description = description
    self.arrayForm = arrayForm
    self.reference = reference
  }

  func callAsFunction(_ inputs: [Float]) -> [Float] {
    var outputs = [Float](repeating: 0, count: inputs.count)
    arrayForm(&outputs, inputs, Int64(inputs.count))
    return outputs
  }

  static let exponential = Self("exp", lethe_elementary_exp) { exp($0) }
  static let logarithm = Self("log", lethe_elementary_log) { log($0) }
  static let tangent = Self("tanh", lethe_elementary_tanh) { tanh($0) }
  static let sigmoid = Self("sigmoid", lethe_elementary_sigmoid) { 1 / (1 + exp(-$0)) }
  static let softplus = Self("softplus", lethe_elementary_softplus) {
    $0 > 0 ? $0 + log1p(exp(-$0)) : log1p(exp($0))
  }
  static let root = Self("sqrt", lethe_elementary_sqrt) { $0.squareRoot() }
  static let sine = Self("sin", lethe_elementary_sin) { sin($0) }
  static let cosine = Self("cos", lethe_elementary_cos) { cos($0) }

  static let all = [
    exponential, logarithm, tangent, sigmoid, softplus, root, sine, cosine,
  ]
}

/// The distance of `result` from `expected` in units in the last place of a float there; infinite if
/// one of them is NaN or infinite, or a zero of the other sign, and the other is not.
func ulpError(_ result: Float, _ expected: Double) -> Double {
  let rounded = Float(expected)
  if result == rounded || (result.isNaN && rounded.isNaN) {
    if result.isZero, result.sign != rounded.sign { return .infinity }
    return rounded.isFinite ? abs(Double(result) - expected) / Double(rounded.ulp) : 0
  }
  guard result.isFinite, rounded.isFinite else { return .infinity }
  return abs(Double(result) - expected) / Double(rounded.ulp)
}
