internal import Specification
internal import Autodiff
internal import Execution
internal import Experiments
internal import Layers
internal import Models
package import Training

/// A trained model to be asked: its networks with their arrays as they are. Everything that is asked of a model beside its
/// training is compiled here, so that nothing a graph needs is forgotten: moving averages take the place of weights where there
/// are such, and scheduled dropout has the rates of the steps that the model has done.
package struct Inference {
  let experiment: Experiment
  let model: ModelNetworks
  let dropout: DropoutPlan
  let variables: VariableStore
  /// What its graphs are computed on.
  let backend: any Backend
  /// The key of masks.
  let seed: UInt64
  /// Steps that it has been trained for, which schedules of dropout are read at.
  let step: () -> Int
  /// Called before each run of the programs; what it throws gives up the work.
  var beforeRun: (() throws -> Void)?

  /// Compiles a graph of the networks.
  ///
  /// - Parameters:
  ///   - masks: What dropout does.
  ///   - build: Adds to the graph and returns what is wanted of it, with the tensors that the caller needs to
  ///     find its memory: see `Program`.
  func program<Handles>(
    masks: SamplingDropout = .off,
    _ build: (Graph, Forward) throws -> (handles: Handles, outputs: [Tensor])
  ) throws -> (program: Program, handles: Handles) {
    let graph = Graph()
    let forward = Forward(graph, mode: .sampling(dropout: masks), dropout: dropout)
    if experiment.train.ema > 0 {
      for parameter in model.productParameters(with: dropout) {
        let name = ParameterStore.averageName(parameter)
        try forward.set(parameter, to: graph.variable(name, shape: parameter.shape))
      }
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

  /// What a user sees of the product's output: samples in the model's value range, or probabilities.
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
  /// Asks a model in training; later changes of its arrays are seen.
  ///
  /// - Parameter beforeRun: See the property.
  package init(_ session: TrainingSession, beforeRun: (() throws -> Void)? = nil) {
    (experiment, model, dropout) = (session.experiment, session.model, session.dropout)
    (variables, backend) = (session.variables, session.backend)
    seed = UInt64(session.experiment.seed)
    step = { [weak session] in session?.step ?? 0 }
    self.beforeRun = beforeRun
  }

  /// Asks a model of a checkpoint, of which that is read which one network needs.
  ///
  /// - Parameter network: Which; the product by default.
  /// - Throws: `InputError` when the file is damaged or of another model.
  init(
    _ checkpoint: Checkpoint, seed: UInt64, threads: Int, on choice: BackendChoice = .cpu,
    of network: (ModelNetworks) -> Network = { $0.product }
  ) throws {
    experiment = checkpoint.experiment
    (model, dropout) = try experiment.makeModel(classes: checkpoint.classes.count)
    variables = VariableStore()
    self.seed = seed
    backend = try choice.backend(threads: threads)
    step = { [step = checkpoint.step] in step }
    let role = network(model).role
    let parameters = network(model).parameters + dropout.parameters(of: role.rawValue)
    for parameter in parameters {
      let count = parameter.shape.reduce(1, *)
      variables.declare(parameter.name, count: count)
      if experiment.train.ema > 0, role == model.product.role {
        variables.declare(ParameterStore.averageName(parameter), count: count)
      }
    }
    try checkpoint.restore(
      variables.names.sorted(), into: variables,
      shapes: Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.shape) }))
  }
}

extension Experiment.Sampling.Dropout {
  /// What masks do in one run, and over how many runs the mean is taken.
  var runs: (masks: SamplingDropout, count: Int) {
    switch self {
    case .off: (.off, 1)
    case .stochastic: (.stochastic, 1)
    case .meanOf(let count): (.stochastic, count)
    }
  }
}
