internal import Autodiff
internal import Execution
internal import Layers
internal import Models
internal import Records

/// A model with its arrays as they are, for graphs that do not train it.
struct TrainedModel {
  let experiment: Experiment
  let model: ModelNetworks
  let dropout: DropoutPlan
  let variables: VariableStore
  let threads: Int
  /// The key of masks.
  let seed: UInt64
  /// Called before each run of the programs; what it throws gives up the work.
  var beforeRun: (() throws -> Void)?

  /// Compiles a graph of the networks, with the moving averages of weights where there are such.
  ///
  /// - Parameters:
  ///   - masks: What dropout does.
  ///   - build: Adds to the graph and returns what is wanted of it.
  func program(
    masks: SamplingDropout = .off, _ build: (Graph, Forward) throws -> [String: Tensor]
  ) throws -> Program {
    let graph = Graph()
    let forward = Forward(graph, mode: .sampling(dropout: masks), dropout: dropout)
    if experiment.train.ema > 0 {
      for parameter in model.productParameters(with: dropout) {
        let name = ParameterStore.averageName(parameter)
        try forward.set(parameter, to: graph.variable(name, shape: parameter.shape))
      }
    }
    let outputs = try build(graph, forward)
    let program = try Program(
      graph, outputs: outputs, variables: variables, seed: seed, threads: threads)
    program.beforeRun = beforeRun
    for rate in forward.scheduledRates {
      program.input(rate.input)?[0] = rate.value(at: experiment.train.steps)
    }
    return program
  }
}

extension TrainedModel {
  /// Reads what a network needs that is not trained any more.
  ///
  /// - Throws: `InputError` when the file is damaged or of another model.
  init(_ checkpoint: Checkpoint, seed: UInt64, threads: Int) throws {
    experiment = checkpoint.experiment
    (model, dropout) = try experiment.makeModel(classes: checkpoint.classes.count)
    variables = VariableStore()
    (self.threads, self.seed) = (threads, seed)
    let parameters = model.productParameters(with: dropout)
    for parameter in parameters {
      let count = parameter.shape.reduce(1, *)
      variables.declare(parameter.name, count: count)
      if experiment.train.ema > 0 {
        variables.declare(ParameterStore.averageName(parameter), count: count)
      }
    }
    try checkpoint.restore(
      variables.names.sorted(), into: variables,
      shapes: Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.shape) }))
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

extension TrainingSession {
  /// The model as it is; later changes of its arrays are seen.
  var trained: TrainedModel {
    TrainedModel(
      experiment: experiment, model: model, dropout: dropout, variables: variables,
      threads: threads, seed: UInt64(experiment.seed),
      beforeRun: { [weak self] in try self?.check() })
  }
}
