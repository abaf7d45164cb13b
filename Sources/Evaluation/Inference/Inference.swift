internal import Specification
internal import Autodiff
internal import Execution
internal import Experiments
internal import Layers
internal import Models
package import Training

/// A trained model for use beside or after its training: its networks with the current values of their
/// arrays.
///
/// Every graph of a model that does not train it is compiled here, so that two rules hold everywhere:
/// moving averages take the place of weights where the experiment keeps them, and scheduled dropout has the
/// rate of the step that the model has reached.
package struct Inference {
  let experiment: Experiment
  let model: ModelNetworks
  let dropout: DropoutPlan
  /// The form in which the networks see examples.
  let codec: ExampleCodec
  let variables: VariableStore
  /// The back end that computes its graphs.
  let backend: any Backend
  /// Seed of masks and of latents.
  let seed: UInt64
  /// The classes that samples are made of; nil where networks are not told of classes.
  var sampledClasses: SampledClasses?
  /// Number of steps that it has been trained for, at which schedules of dropout are evaluated.
  let step: () -> Int
  /// Called before each run of a program; an error that it throws ends the work.
  var beforeRun: (() throws -> Void)?

  /// Compiles a graph of the networks.
  ///
  /// - Parameters:
  ///   - masks: State of dropout: off, drawn, or given as inputs.
  ///   - build: Adds operations to the graph. Returns the outputs to compute and, as handles, the tensors
  ///     whose memory the caller needs; see `Program`.
  func program<Handles>(
    masks: SamplingDropout = .off,
    _ build: (Graph, Forward) throws -> (handles: Handles, outputs: [Tensor])
  ) throws -> (program: Program, handles: Handles) {
    let graph = Graph()
    let forward = Forward(graph, mode: .sampling(dropout: masks), dropout: dropout)
    if let decay = experiment.sampling.ema {
      for parameter in model.productParameters(with: dropout) {
        let name = ParameterStore.averageName(parameter, decay: decay)
        try forward.set(parameter, to: graph.variable(name, shape: parameter.shape))
      }
    }
    for mask in try UnitMasks.all(experiment, model) {
      let isOn = try forward.value(of: mask.parameter)
      forward.hook(mask.site.address) { x, _ in try x * isOn }
    }
    let (handles, outputs) = try build(graph, forward)
    let scheduled = try forward.scheduledRates.map {
      (input: try graph.input($0.input, shape: []), rate: $0)
    }
    let program = try Program(
      Computation(graph, outputs: outputs), variables: variables, seed: seed, backend: backend)
    let rates = scheduled.map { (memory: program[$0.input], rate: $0.rate) }
    program.beforeRun = { [beforeRun, step] in
      try beforeRun?()
      for (memory, rate) in rates { memory[0] = rate.value(at: step()) }
    }
    return (program, handles)
  }

  /// Adds an input for the classes of `count` examples, one-hot, which networks see from here on; nil where none is
  /// told of classes.
  func classes(of count: Int, in forward: Forward) throws -> Tensor? {
    guard let classes = model.reader.classes else { return nil }
    let input = try forward.graph.input("classes", shape: [count, classes])
    forward.classes = input
    return input
  }

  /// Converts the raw output of the product to what is made of it: examples as networks see them, in the model's value
  /// range, or probabilities.
  func output(_ x: Tensor) throws -> Tensor {
    switch model {
    case .gan: x
    case .vae:
      experiment.loss.likelihood == .bernoulli ? try x.sigmoid() : try x.maximum(-1).minimum(1)
    case .classifier: try CrossEntropy.probabilities(x)
    }
  }
}

extension Inference {
  /// Uses a model in training. Every run reads the current values of its arrays.
  ///
  /// - Parameter beforeRun: See the property.
  package init(_ session: TrainingSession, beforeRun: (() throws -> Void)? = nil) {
    (experiment, model, dropout) = (session.experiment, session.model, session.dropout)
    (codec, variables, backend) = (session.codec, session.variables, session.backend)
    seed = UInt64(session.experiment.seed)
    sampledClasses = session.sampledClasses
    step = { [weak session] in session?.step ?? 0 }
    self.beforeRun = beforeRun
  }

  /// Reads the arrays that one network of a checkpoint needs.
  ///
  /// - Parameter network: Chooses the network; the product by default.
  /// - Throws: `InputError` when the file is damaged or of another model.
  init(
    _ checkpoint: Checkpoint, seed: UInt64, threads: Int, on choice: BackendChoice = .cpu,
    of network: (ModelNetworks) -> Network = { $0.product }
  ) throws {
    experiment = checkpoint.experiment
    codec = try ExampleCodec(experiment)
    (model, dropout) = try experiment.makeModel(classes: checkpoint.classes.count)
    variables = VariableStore()
    self.seed = seed
    sampledClasses = checkpoint.sampledClasses
    backend = try choice.backend(threads: threads)
    step = { [step = checkpoint.step] in step }
    let role = network(model).role
    let isProduct = role == model.product.role
    let masks = isProduct ? try UnitMasks.all(experiment, model).map(\.parameter) : []
    let parameters = network(model).parameters + dropout.parameters(of: role.rawValue)
    for parameter in parameters {
      let count = parameter.shape.reduce(1, *)
      variables.declare(parameter.name, count: count)
      if let decay = experiment.sampling.ema, isProduct {
        variables.declare(ParameterStore.averageName(parameter, decay: decay), count: count)
      }
    }
    for mask in masks { variables.declare(mask.name, count: mask.shape.reduce(1, *)) }
    try checkpoint.restore(
      variables.names.sorted(), into: variables,
      shapes: Dictionary(uniqueKeysWithValues: (parameters + masks).map { ($0.name, $0.shape) }))
  }
}

extension Experiment.Sampling.Dropout {
  /// State of dropout in one run, and the number of runs whose mean is taken.
  var runs: (masks: SamplingDropout, count: Int) {
    switch self {
    case .off: (.off, 1)
    case .stochastic: (.stochastic, 1)
    case .meanOf(let count): (.stochastic, count)
    }
  }
}
