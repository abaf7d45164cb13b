internal import Media
internal import Specification
internal import Experiments
internal import Autodiff
internal import Datasets
package import Execution
internal import Layers
internal import Models
internal import Randomness
internal import Records

/// A compiled training step with the data it draws from.
package struct TrainingStep {
  let program: Program
  /// The losses of the last run, by the names of the log.
  private let lossMemory: [(name: String, value: Memory)]
  /// The learned rates of the last run, by site.
  private let rateMemory: [(site: String, value: Memory)]
  /// The gradients of the last run, by the names of the networks that are updated together, in alphabetical order.
  private let gradientMemory: [(networks: String, values: [Memory])]
  /// The numbers of times that each site's mask and each augmentation are drawn, by update.
  let draws: (sites: [String: [Phase: Int]], augmentations: [String: [Phase: Int]])
  private let inputs: [(memory: Memory, fill: StepInputs.Fill)]
  /// The memory of each batch; nil for a batch that nothing in the graph reads.
  private let batches: [Memory?]
  /// The classes of each batch's examples, one-hot; nil where nothing in the graph reads them.
  private let labels: [Memory?]
  /// The numbers that belong to the examples of the only batch, with their streams.
  private let numbersOfExamples: [(memory: Memory, stream: RandomStream)]
  /// The training examples as networks see them.
  let examples: Examples
  private let range: ValueRange
  private var order: BatchOrder

  private typealias Memory = UnsafeMutableBufferPointer<Float>

  /// The purpose of a compiled step.
  package enum Purpose {
    /// Training: the variables change.
    case updates
    /// Reading the learned rates, without changing anything.
    case learnedRates
    /// Reading the gradients of each network, without changing anything.
    case gradients
  }

  init(
    _ experiment: Experiment, _ model: ModelNetworks, _ dropout: DropoutPlan,
    examples: Examples, variables: VariableStore, seed: UInt64, backend: any Backend,
    purpose: Purpose = .updates
  ) throws {
    let builder = try experiment.locatingErrors {
      try StepBuilder(experiment, model, dropout)
    }
    let losses = purpose == .updates ? builder.losses : []
    let rates = purpose == .gradients ? [] : builder.learnedRates
    let gradients =
      purpose == .gradients ? builder.gradients.sorted { $0.key < $1.key } : []
    let outputs = losses.map(\.value) + rates.map(\.rate) + gradients.flatMap(\.value)
    program = try Program(
      Computation(
        builder.graph, outputs: outputs,
        checks: losses.map { .init($0.name, $0.value) }
          + rates.map { .init(LogName.rate(of: $0.site), $0.rate) },
        updates: purpose == .updates ? builder.updates() : [:]),
      variables: variables, seed: seed, backend: backend)
    lossMemory = losses.map { [program] in ($0.name, program[$0.value]) }
    rateMemory = rates.map { [program] in ($0.site, program[$0.rate]) }
    gradientMemory = gradients.map { [program] networks, values in
      (networks, values.map { program[$0] })
    }
    draws = (builder.forward.draws, builder.augmenter.draws)
    for (input, values) in builder.inputs.constant { _ = program[input].update(from: values) }
    inputs = builder.inputs.changing.filter { [program] in program.reads($0.input) }
      .map { [program] in (program[$0.input], $0.fill) }
    batches = builder.batchInputs.map { [program] in program.reads($0) ? program[$0] : nil }
    labels = builder.labelInputs.map { [program] input in
      input.flatMap { program.reads($0) ? program[$0] : nil }
    }
    numbersOfExamples = builder.forward.numbersOfExamples.filter { [program] in
      program.reads($0.input)
    }.map { [program] in (program[$0.input], RandomStream($0.stream, seed: seed)) }
    self.examples = examples
    range = experiment.valueRange
    order = BatchOrder(count: examples.count, batch: experiment.train.batch, seed: seed)
  }

  /// The epoch of the next batch after `step` steps, and the batch's position in it.
  func cursor(_ step: Int) -> (epoch: Int, position: Int) { order.cursor(step * batches.count) }

  /// Runs step number `step`, counted from 0.
  package mutating func run(_ step: Int) throws -> Program.Outcome {
    prepare(step)
    return try program.run(step: UInt64(step))
  }

  /// The losses of the last run.
  func losses() -> [(name: String, value: Double)] { lossMemory.map { ($0, Double($1[0])) } }

  /// The rates that training has learned, by site, as of the last run.
  func learnedRates() -> [LearnedRate] {
    rateMemory.map { LearnedRate(site: $0, value: Double($1[0])) }
  }

  /// The gradients of the last run, by networks that are updated together.
  package func gradients() -> [(networks: String, values: [Float])] {
    gradientMemory.map { ($0, $1.flatMap { Array($0) }) }
  }

  /// The values of a batch of examples in the last run.
  func batch(_ index: Int) -> [Float] { batches[index].map { Array($0) } ?? [] }

  /// Sets what belongs to the examples of a batch: an example has the same numbers whenever it comes.
  private func setNumbers(of chosen: ArraySlice<Int>) {
    for numbers in numbersOfExamples {
      let width = numbers.memory.count / chosen.count
      for (row, example) in chosen.enumerated() {
        let values = numbers.stream.uniform(width, step: UInt64(example))
        _ = numbers.memory[(row * width)...].update(fromContentsOf: values)
      }
    }
  }

  private mutating func prepare(_ step: Int) {
    for input in inputs { input.fill(input.memory, step) }
    let size = examples.size
    for (index, memory) in batches.enumerated() {
      guard memory != nil || labels[index] != nil else { continue }
      let chosen = order.examples(step * batches.count + index)
      if let labels = labels[index] {
        setOneHot(
          labels, chosen.map { examples.labels[$0] }, classes: labels.count / chosen.count)
      }
      setNumbers(of: chosen)
      guard let memory else { continue }
      for (row, example) in chosen.enumerated() {
        let target = UnsafeMutableBufferPointer(rebasing: memory[row * size..<(row + 1) * size])
        examples.copy(example, into: target, range: range)
      }
    }
  }
}
