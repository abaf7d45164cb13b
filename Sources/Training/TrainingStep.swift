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
  private let scalars: [(memory: UnsafeMutableBufferPointer<Float>, value: (Int) -> Float)]
  private let batches: [UnsafeMutableBufferPointer<Float>]
  private let examples: Examples
  private let range: ValueRange
  private var order: BatchOrder

  init(
    _ experiment: Experiment, _ model: GenerativeModel, _ dropout: DropoutPlan,
    examples: Examples, variables: VariableStore, seed: UInt64, threads: Int
  ) throws {
    let builder = try experiment.locatingErrors {
      try StepBuilder(experiment, model, dropout)
    }
    lossNames = builder.losses.map(\.name)
    program = try Program(
      builder.graph,
      outputs: Dictionary(uniqueKeysWithValues: builder.losses.map { ($0.name, $0.value) }),
      checked: Set(lossNames), updates: builder.updates(), variables: variables, seed: seed,
      threads: threads)
    let rates = builder.forward.scheduledRates.map { rate in
      (input: rate.input, value: { (step: Int) in rate.value(at: step) })
    }
    scalars = (builder.scalars + rates).compactMap { [program] scalar in
      program.input(scalar.input).map { ($0, scalar.value) }
    }
    batches = builder.batchInputs.compactMap { [program] in program.input($0) }
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

  /// The loss values of the last run, in the order of `lossNames`.
  func losses() -> [(name: String, value: Double)] {
    lossNames.map { ($0, Double(program.output($0)[0])) }
  }

  private mutating func prepare(_ step: Int) {
    for scalar in scalars { scalar.memory[0] = scalar.value(step) }
    let size = examples.size
    for (index, memory) in batches.enumerated() {
      for (row, example) in order.examples(step * batches.count + index).enumerated() {
        let target = UnsafeMutableBufferPointer(rebasing: memory[row * size..<(row + 1) * size])
        examples.copy(example, into: target, range: range)
      }
    }
  }
}
