internal import Media
internal import Specification
internal import Experiments
internal import Autodiff
internal import Datasets
package import Execution
internal import Layers
internal import Models
internal import Records

/// A compiled training step with the data it draws from.
package struct TrainingStep {
  let program: Program
  let lossNames: [String]
  /// Names of the gradients of networks that are updated together, by the networks' names.
  private let gradientNames: [String: [String]]
  /// How often each site's mask and each augmentation are drawn, by update.
  let draws: (sites: [String: [Phase: Int]], augmentations: [String: [Phase: Int]])
  private let inputs: [(memory: UnsafeMutableBufferPointer<Float>, fill: StepInputs.Fill)]
  /// Nil for a batch that nothing looks at.
  private let batches: [UnsafeMutableBufferPointer<Float>?]
  /// Classes of the examples of the only batch, in rows with a 1; nil where there are none.
  private let labels: UnsafeMutableBufferPointer<Float>?
  let examples: Examples
  private let range: ValueRange
  private var order: BatchOrder

  /// What a step is compiled for.
  package enum Purpose {
    /// To change the variables.
    case updates
    /// To see what rates are learned, and to change nothing.
    case learnedRates
    /// To see the gradients of each network, and to change nothing.
    case gradients
  }

  init(
    _ experiment: Experiment, _ model: ModelNetworks, _ dropout: DropoutPlan,
    examples: Examples, variables: VariableStore, seed: UInt64, threads: Int,
    purpose: Purpose = .updates
  ) throws {
    let builder = try experiment.locatingErrors {
      try StepBuilder(experiment, model, dropout)
    }
    let losses =
      switch purpose {
      case .updates: builder.losses
      case .learnedRates: builder.losses.filter { Self.isRate($0.name) }
      case .gradients: [(name: String, value: Tensor)]()
      }
    lossNames = losses.map(\.name)
    gradientNames = purpose == .gradients ? builder.gradients.mapValues { $0.map(\.name) } : [:]
    let gradients = purpose == .gradients ? builder.gradients.values.flatMap(\.self) : []
    program = try Program(
      builder.graph,
      outputs: Dictionary(
        uniqueKeysWithValues: (losses + gradients).map { ($0.name, $0.value) }),
      checked: Set(lossNames), updates: purpose == .updates ? builder.updates() : [:],
      variables: variables, seed: seed, threads: threads)
    draws = (builder.forward.draws, builder.augmenter.draws)
    for (name, values) in builder.inputs.constant {
      _ = program.input(name)?.update(from: values)
    }
    inputs = builder.inputs.changing.compactMap { [program] name, fill in
      program.input(name).map { ($0, fill) }
    }
    batches = builder.batchInputs.map { [program] in program.input($0) }
    labels = builder.labelInput.flatMap { [program] in program.input($0) }
    self.examples = examples
    range = experiment.valueRange
    order = BatchOrder(count: examples.count, batch: experiment.train.batch, seed: seed)
  }

  /// The epoch and place in it of the next batch after `step` steps.
  func cursor(_ step: Int) -> (epoch: Int, position: Int) { order.cursor(step * batches.count) }

  /// Runs step number `step`, counted from 0.
  package mutating func run(_ step: Int) throws -> Program.Outcome {
    prepare(step)
    return try program.run(step: UInt64(step))
  }

  /// Whether a loss is a learned rate.
  package static func isRate(_ name: String) -> Bool { name.hasPrefix(StepBuilder.ratePrefix) }

  /// The loss values of the last run, in the order of `lossNames`.
  func losses() -> [(name: String, value: Double)] {
    lossNames.map { ($0, Double(program.output($0)[0])) }
  }

  /// The gradients of the last run, by networks that are updated together.
  package func gradients() -> [(networks: String, values: [Float])] {
    gradientNames.sorted { $0.key < $1.key }.map { networks, names in
      (networks, names.flatMap { Array(program.output($0)) })
    }
  }

  private mutating func prepare(_ step: Int) {
    for input in inputs { input.fill(input.memory, step) }
    let size = examples.size
    for (index, memory) in batches.enumerated() {
      guard let memory else { continue }
      let chosen = order.examples(step * batches.count + index)
      labels.map {
        setOneHot($0, chosen.map { examples.labels[$0] }, classes: $0.count / chosen.count)
      }
      for (row, example) in chosen.enumerated() {
        let target = UnsafeMutableBufferPointer(rebasing: memory[row * size..<(row + 1) * size])
        examples.copy(example, into: target, range: range)
      }
    }
  }
}
