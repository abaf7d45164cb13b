internal import Autodiff
internal import Datasets
internal import Execution
internal import Layers
internal import Models
internal import Records

/// A compiled training step with the data it draws from.
struct TrainingStep {
  let program: Program
  let lossNames: [String]
  /// How often each site's mask and each augmentation are drawn, by update.
  let draws: (sites: [String: [DropoutPhase: Int]], augmentations: [String: [DropoutPhase: Int]])
  private let inputs: [(memory: UnsafeMutableBufferPointer<Float>, fill: StepInputs.Fill)]
  /// Nil for a batch that nothing looks at.
  private let batches: [UnsafeMutableBufferPointer<Float>?]
  let examples: Examples
  private let range: ValueRange
  private var order: BatchOrder

  /// - Parameter onlyRates: Whether to compute only what rates are learned, and to change nothing.
  init(
    _ experiment: Experiment, _ model: GenerativeModel, _ dropout: DropoutPlan,
    examples: Examples, variables: VariableStore, seed: UInt64, threads: Int,
    onlyRates: Bool = false
  ) throws {
    let builder = try experiment.locatingErrors {
      try StepBuilder(experiment, model, dropout)
    }
    let losses = onlyRates ? builder.losses.filter { Self.isRate($0.name) } : builder.losses
    lossNames = losses.map(\.name)
    program = try Program(
      builder.graph, outputs: Dictionary(uniqueKeysWithValues: losses.map { ($0.name, $0.value) }),
      checked: Set(lossNames), updates: onlyRates ? [:] : builder.updates(), variables: variables,
      seed: seed, threads: threads)
    draws = (builder.forward.draws, builder.augmenter.draws)
    for (name, values) in builder.inputs.constant {
      _ = program.input(name)?.update(from: values)
    }
    inputs = builder.inputs.changing.compactMap { [program] name, fill in
      program.input(name).map { ($0, fill) }
    }
    batches = builder.batchInputs.map { [program] in program.input($0) }
    self.examples = examples
    range = experiment.valueRange
    order = BatchOrder(count: examples.count, batch: experiment.train.batch, seed: seed)
  }

  /// The epoch and place in it of the next batch after `step` steps.
  func cursor(_ step: Int) -> (epoch: Int, position: Int) { order.cursor(step * batches.count) }

  /// Runs step number `step`, counted from 0.
  mutating func run(_ step: Int) throws -> Program.Outcome {
    prepare(step)
    return try program.run(step: UInt64(step))
  }

  /// Whether a loss is a learned rate.
  static func isRate(_ name: String) -> Bool { name.hasPrefix(StepBuilder.ratePrefix) }

  /// The loss values of the last run, in the order of `lossNames`.
  func losses() -> [(name: String, value: Double)] {
    lossNames.map { ($0, Double(program.output($0)[0])) }
  }

  private mutating func prepare(_ step: Int) {
    for input in inputs { input.fill(input.memory, step) }
    let size = examples.size
    for (index, memory) in batches.enumerated() {
      guard let memory else { continue }
      for (row, example) in order.examples(step * batches.count + index).enumerated() {
        let target = UnsafeMutableBufferPointer(rebasing: memory[row * size..<(row + 1) * size])
        examples.copy(example, into: target, range: range)
      }
    }
  }
}
