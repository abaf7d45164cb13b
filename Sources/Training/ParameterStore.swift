internal import Autodiff
internal import Execution
package import Layers
internal import Randomness

/// Names and first values of everything a training keeps between steps.
package enum ParameterStore {
  /// The name of an optimizer's moment of a parameter.
  static func slotName(_ parameter: Parameter, _ slot: String) -> String {
    "optimizer/\(parameter.name)/\(slot)"
  }

  /// The name of a parameter's moving average with some decay: `ema/0.99/generator.output.conv.bias`.
  package static func averageName(_ parameter: Parameter, decay: Double) -> String {
    "ema/\(decay)/\(parameter.name)"
  }

  /// Declares parameters and draws their first values from the streams `init/<name>`.
  static func initialize(_ parameters: [Parameter], in store: VariableStore, seed: UInt64) {
    for parameter in parameters {
      let values = store.declare(parameter.name, count: parameter.shape.elementCount)
      let stream = RandomStream("init/\(parameter.name)", seed: seed)
      switch parameter.initializer {
      case .zeros: values.update(repeating: 0)
      case .ones: values.update(repeating: 1)
      case .normal(let mean, let deviation):
        _ = values.update(from: stream.normal(values.count).map { mean + deviation * $0 })
      case .uniform(let bound):
        _ = values.update(from: stream.uniform(values.count).map { bound * (2 * $0 - 1) })
      }
    }
  }

  /// Declares moving averages, which start equal to the parameters.
  static func initializeAverages(
    of parameters: [Parameter], decay: Double, in store: VariableStore
  ) {
    for parameter in parameters {
      let average = store.declare(
        averageName(parameter, decay: decay), count: parameter.shape.elementCount)
      if let values = store[parameter.name] { _ = average.update(from: values) }
    }
  }
}
