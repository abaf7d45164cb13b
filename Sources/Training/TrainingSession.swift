package import Specification
public import Experiments
internal import Complaints
internal import Autodiff
public import CPU
public import Datasets
package import Execution
public import Foundation
package import Layers
internal import Machine
package import Models
internal import Randomness
internal import Records

/// A model with its variables, ready to train: the part of a trial that needs no files.
public final class TrainingSession {
  /// The experiment that is trained.
  public let experiment: Experiment
  /// Steps done.
  public private(set) var step = 0

  /// Names of the classes of a detector or classifier.
  let classes: [String]
  /// The form in which the networks see examples.
  package let codec: ExampleCodec
  /// The networks.
  package let model: ModelNetworks
  /// The dropout that is placed at the sites of the networks.
  package let dropout: DropoutPlan
  /// All arrays that last from step to step, such as parameters and moments.
  package let variables = VariableStore()
  /// The classes that samples are made of; nil where networks are not told of classes.
  package let sampledClasses: SampledClasses?
  /// All arrays but moments and averages: those of the networks, and those that the loss keeps.
  private let parameters: [Parameter]
  /// Threads that share a step's work.
  package let threads: Int
  /// The back end that was asked for.
  package let choice: BackendChoice
  /// The back end that computes graphs of the trained model.
  package let backend: any Backend
  /// The back end of training steps: the same but where `train.precision` reduces their products.
  private let stepBackend: any Backend
  private(set) var training: TrainingStep

  /// Initialises the model and compiles its training step.
  ///
  /// - Throws: `InputError` where the experiment's model cannot be built or does not fit in memory; `DataError` where
  ///   the spectrograms of its sounds do not.
  public init(
    _ experiment: Experiment, _ data: Dataset, threads: Int, on choice: BackendChoice = .cpu
  ) throws {
    self.experiment = experiment
    self.threads = threads
    self.choice = choice
    backend = try choice.backend(threads: threads)
    stepBackend =
      try experiment.train.precision == .bfloat16
      ? choice.backend(reducingPrecisionFor: experiment, threads: threads) : backend
    classes = data.classes
    codec = try ExampleCodec(experiment)
    (model, dropout) = try experiment.makeModel(classes: data.classes.count)
    let masks = try experiment.locatingErrors { [model] in try UnitMasks.all(experiment, model) }
    parameters =
      model.parameters(with: dropout) + (try experiment.keptParameters(model, dropout))
      + masks.map(\.parameter)
    sampledClasses = model.reader.classes.map {
      SampledClasses(of: data.trained.labels, classes: $0)
    }
    let averaged = model.productParameters(with: dropout)
    try Self.checkMemory(experiment, parameters, averaged: averaged)
    let seed = UInt64(experiment.seed)
    ParameterStore.initialize(parameters, in: variables, seed: seed)
    for decay in experiment.train.ema {
      ParameterStore.initializeAverages(of: averaged, decay: decay, in: variables)
    }
    training = try TrainingStep(
      experiment, model, dropout, examples: codec.seen(data.trained), variables: variables,
      seed: seed, backend: stepBackend)
  }

  /// Refuses a model whose variables alone do not fit in memory, before any is allocated.
  private static func checkMemory(
    _ experiment: Experiment, _ parameters: [Parameter], averaged: [Parameter]
  ) throws {
    func count(_ parameters: [Parameter]) -> Double {
      parameters.reduce(0) { sum, parameter in
        sum + parameter.shape.reduce(1.0) { $0 * Double($1) }
      }
    }
    let copies = 1 + OptimizerRule(experiment.optimizer).slots.count
    let averages = Double(experiment.train.ema.count)
    let numbers = Double(copies) * count(parameters) + averages * count(averaged)
    guard let problem = Memory.problem(bytes: numbers * 4) else { return }
    throw InputError(
      experiment.place(of: "model"), key: "model", expected: "variables that fit in memory",
      found: "\((numbers * 4 / 1e8).rounded() / 10) GB, and \(problem)")
  }

  /// The numbers of times that masks and augmentations are drawn in a step, by update.
  package var draws: (sites: [String: [Phase: Int]], augmentations: [String: [Phase: Int]]) {
    training.draws
  }

  /// The losses of the last step.
  public func losses() -> [(name: String, value: Double)] { training.losses() }

  /// The learned rates of the last step.
  public func rates() -> [LearnedRate] { training.learnedRates() }

  /// Runs one step.
  ///
  /// - Throws: `DivergenceError` when a loss or a learned rate is not finite; the step is then not counted.
  public func advance() throws {
    if case .stopped(let loss) = try training.run(step) {
      let tensor = try training.program.firstNonFinite(step: UInt64(step))
      throw DivergenceError(step: step + 1, loss: loss, tensor: tensor)
    }
    step += 1
  }

  /// Compiles another step of the same training, to see rates or gradients without changing anything.
  package func step(for purpose: TrainingStep.Purpose) throws -> TrainingStep {
    try TrainingStep(
      experiment, model, dropout, examples: training.examples, variables: variables,
      seed: UInt64(experiment.seed), backend: stepBackend, purpose: purpose)
  }

  // MARK: Checkpoints

  /// Writes the whole state as a checkpoint.
  ///
  /// - Parameter data: Hashes of the data, for those who resume from the file; see
  ///   `Experiment.hashes(of:)`.
  public func save(to url: URL, data: [String: String] = [:]) throws {
    try Checkpoint.write(
      to: url, experiment, seed: experiment.seed, step: step, cursor: training.cursor(step),
      variables, shapes: shapes, classes: classes, sampled: sampledClasses, data: data)
  }

  /// Resumes from a checkpoint of the same trial.
  ///
  /// - Throws: `InputError` when the file is damaged or of another trial; then nothing is changed.
  public func restore(from url: URL) throws {
    let checkpoint = try Checkpoint(url)
    try checkIdentity(of: checkpoint)
    try restore(checkpoint)
  }

  /// Checks that a checkpoint is of this trial.
  ///
  /// - Throws: `InputError` when it is of another.
  package func checkIdentity(of checkpoint: Checkpoint) throws {
    guard checkpoint.seed == experiment.seed,
      checkpoint.experiment.trialHash(seed: checkpoint.seed)
        == experiment.trialHash(seed: experiment.seed)
    else {
      throw InputError(
        SourcePlace(file: checkpoint.url.path), expected: "a checkpoint of this trial",
        found: "one of another")
    }
  }

  /// Resumes from a checkpoint that is known to be of this trial.
  ///
  /// - Throws: `InputError` when the file is damaged; then nothing is changed. `FileError`.
  package func restore(_ checkpoint: Checkpoint) throws {
    try checkpoint.restore(variables.names, into: variables, shapes: shapes)
    step = checkpoint.step
  }

  private var shapes: [String: [Int]] {
    Dictionary(
      parameters.map { ($0.name, $0.shape) }, uniquingKeysWith: { a, _ in a })
  }

  // MARK: Measurements

  /// Floating-point operations of one step's contractions.
  public var flops: Double { training.program.flops }
  /// Bytes of the variables and of a step's working memory.
  public var memoryBytes: Int {
    let variables = variables.names.reduce(0) { $0 + 4 * (self.variables[$1]?.count ?? 0) }
    return variables + training.program.arenaBytes
  }
  /// A description of the compiled step.
  public var plan: String { training.program.description }

  /// Starts to measure the time that each part of a step takes.
  public func startProfile() { training.program.startProfile() }

  /// Share of the measured time spent in matrix products and convolutions, in 0…1.
  public var contractionShare: Double { training.program.profile?.contractionShare ?? 0 }
  /// The times of the step's convolutions in each of their forms; see `ConvolutionTimes.measured`.
  public func convolutionTimes(seconds: Double) throws -> [ConvolutionTimes] {
    try ConvolutionTimes.measured(
      in: training.program, threads: stepThreads, seconds: seconds)
  }
  /// Names of the forms that the convolutions of its graphs have, by their descriptions, where there are several: in
  /// steps of reduced precision they have not.
  public var convolutionForms: [String: String] { backend.convolutionForms }
  /// Chooses the forms of the step's convolutions by trying; see `ConvolutionTimes.chosenForms`.
  package func chosenForms(
    seconds: Double, known: [String: String]
  ) throws -> (tried: [String: String], untried: [String: String]) {
    try ConvolutionTimes.chosenForms(
      in: training.program, threads: stepThreads, seconds: seconds, known: known)
  }
  /// Number of threads that share a step: 1 on a back end that uses one.
  public var stepThreads: Int { backend.threads }

  /// A variable's values, for tests and tools.
  package func values(_ name: String) -> [Float] { variables[name].map { Array($0) } ?? [] }
  /// The values of a batch of examples in the last step.
  package func batch(_ index: Int) -> [Float] { training.batch(index) }
  /// Changes a variable, for tests.
  package func fill(_ name: String, with values: [Float]) {
    _ = variables[name]?.update(from: values)
  }
  /// Names of all variables, in alphabetical order, for tests and tools.
  package var variableNames: [String] { variables.names.sorted() }
}

/// The error of a training in which a loss or a learned rate is not finite.
public struct DivergenceError: Error, CustomStringConvertible {
  /// The step, counted from 1, that failed.
  public let step: Int
  /// The name of the loss or learned rate that was not finite.
  public let loss: String
  /// The operation, variable or input that gave the first tensor that is not finite; nil where none was found.
  public let tensor: String?

  /// A message with the step, the tensor and advice.
  public var description: String {
    "step \(step): \(loss) is not finite; first seen in \(tensor ?? "the loss itself"). "
      + "Try a lower optimizer.learning_rate or another model.norm."
  }
}
