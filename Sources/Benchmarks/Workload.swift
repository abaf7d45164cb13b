internal import Records

/// A model with its sizes, which both programs build: one by an experiment and settings, the other by a function.
enum Model: Equatable {
  case mlpVAE(hidden: [Int] = [256, 512], latent: Int = 20, batch: Int = 128)
  case mlpGAN(hidden: [Int] = [256, 512], batch: Int = 64)
  /// Pictures of `side`×`side`, a power of two from 8 on.
  case dcgan(side: Int = 32, width: Int = 64, batch: Int = 64)
  case wavegan(width: Int = 16, batch: Int = 32)
  case gruVAE(hidden: Int = 128, batch: Int = 32)

  /// The file under experiments/bench.
  var experiment: String {
    switch self {
    case .mlpVAE: "mlp-vae"
    case .mlpGAN: "mlp-gan"
    case .dcgan: "dcgan32"
    case .wavegan: "wavegan4096"
    case .gruVAE: "gru-vae"
    }
  }

  /// The keys of that file to override.
  var settings: [String] {
    switch self {
    case .mlpVAE(let hidden, let latent, let batch):
      ["model.hidden=\(hidden)", "model.latent=\(latent)", "train.batch=\(batch)"]
    case .mlpGAN(let hidden, let batch): ["model.hidden=\(hidden)", "train.batch=\(batch)"]
    case .dcgan(let side, let width, let batch):
      [
        "data.size=\(side)", "model.width=\(width)", "train.batch=\(batch)",
        "dropout=[{type: spatial, at: \(Self.inner(side)), rate: 0.3}, "
          + "{type: bernoulli, at: \"discriminator.*.post_act\", rate: 0.3}]",
      ]
    case .wavegan(let width, let batch): ["model.width=\(width)", "train.batch=\(batch)"]
    case .gruVAE(let hidden, let batch): ["model.hidden=\(hidden)", "train.batch=\(batch)"]
    }
  }

  /// The sites of the blocks of a generator between its first and its last.
  private static func inner(_ side: Int) -> String {
    let blocks = (2...7).prefix { 4 << ($0 - 1) < side }
    return "\"generator.block[\(blocks.map(String.init).joined())].post_act\""
  }

  /// The functions of `pytorch_steps.py`, one a memory format, of which the faster one counts.
  var functions: [String] {
    switch self {
    case .mlpVAE: ["mlp-vae"]
    case .mlpGAN: ["mlp-gan"]
    case .dcgan: ["dcgan", "dcgan-channels-last"]
    case .wavegan: ["wavegan"]
    case .gruVAE: ["gru-vae"]
    }
  }

  /// Their arguments.
  var sizes: [String] {
    func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
    switch self {
    case .mlpVAE(let hidden, let latent, let batch):
      return ["hidden=\(list(hidden))", "latent=\(latent)", "batch=\(batch)"]
    case .mlpGAN(let hidden, let batch): return ["hidden=\(list(hidden))", "batch=\(batch)"]
    case .dcgan(let side, let width, let batch):
      return ["side=\(side)", "width=\(width)", "batch=\(batch)"]
    case .wavegan(let width, let batch): return ["width=\(width)", "batch=\(batch)"]
    case .gruVAE(let hidden, let batch): return ["hidden=\(hidden)", "batch=\(batch)"]
    }
  }
}

/// A training step to time.
struct Workload {
  let name: String
  let model: Model
  /// Keys to override besides the sizes.
  var overrides: [String] = []
  /// True where it is timed in PyTorch too.
  var isCompared = true
  /// Threads of both programs, where they are not those of the command.
  var threads: Int?
  /// The factor by which it is to be faster than PyTorch.
  var target: Double?
  /// True where both programs multiply numbers of bfloat16.
  var isReduced = false

  /// The five models that results are given by.
  static let named = [
    Workload(name: "mlp-vae", model: .mlpVAE()), Workload(name: "mlp-gan", model: .mlpGAN()),
    Workload(name: "dcgan32", model: .dcgan(), target: 2.5),
    Workload(name: "wavegan4096", model: .wavegan(), target: 2.5),
    Workload(name: "gru-vae", model: .gruVAE()),
  ]

  /// The same in bfloat16.
  static let reduced = named.map {
    Workload(
      name: $0.name + ", bfloat16", model: $0.model, overrides: ["train.precision=bfloat16"],
      isReduced: true)
  }

  /// Other sizes, and what is only compared with ourselves.
  static let others = [
    Workload(
      name: "mlp-vae 784-1024-512-32, batch 32",
      model: .mlpVAE(hidden: [512, 1024], latent: 32, batch: 32)),
    Workload(
      name: "dcgan 64×64, width 32, batch 32", model: .dcgan(side: 64, width: 32, batch: 32),
      target: 2.2),
    Workload(
      name: "dcgan 16×16, width 16, batch 256", model: .dcgan(side: 16, width: 16, batch: 256)),
    withoutDropout,
  ]

  static let withoutDropout = Workload(
    name: "dcgan32 without dropout", model: .dcgan(), overrides: ["dropout=[]"],
    isCompared: false)

  /// Sizes chosen at random, the same for each seed: a model of each kind, and one more.
  static func random(_ seed: UInt64) -> [Workload] {
    var numbers = Numbers(state: seed)
    func pick<Value>(_ values: [Value]) -> Value { numbers.next(values) }
    func batch() -> Int { pick([16, 32, 64, 128, 256]) }
    func dcgan() -> Model {
      let side = pick([16, 32, 64])
      return .dcgan(side: side, width: pick([8, 16, 24, 32, 48]), batch: pick([16, 32, 64, 128]))
    }
    let models: [Model] = [
      .mlpVAE(
        hidden: [pick([64, 128, 256, 400]), pick([256, 500, 512, 1024])],
        latent: pick([8, 20, 64]),
        batch: batch()),
      .mlpGAN(hidden: [pick([64, 128, 256]), pick([256, 400, 512])], batch: batch()), dcgan(),
      dcgan(), .wavegan(width: pick([8, 16, 24]), batch: pick([16, 32, 64])),
      .gruVAE(hidden: pick([48, 64, 128, 200]), batch: pick([16, 32, 64])),
    ]
    return models.map { model in
      Workload(name: ([model.functions[0]] + model.sizes).joined(separator: " "), model: model)
    }
  }

  /// mlp-vae and dcgan32 with their sizes doubled one by one, on one thread and on two.
  static let scaling = [
    Workload(name: "mlp-vae", model: .mlpVAE()),
    Workload(name: "mlp-vae, batch doubled", model: .mlpVAE(batch: 256)),
    Workload(name: "mlp-vae, width doubled", model: .mlpVAE(hidden: [512, 1024])),
    Workload(name: "dcgan32, width 32", model: .dcgan(width: 32)),
    Workload(name: "dcgan32, width 32, batch doubled", model: .dcgan(width: 32, batch: 128)),
    Workload(name: "dcgan32, width 32, side doubled", model: .dcgan(side: 64, width: 32)),
    Workload(name: "dcgan32, width 32, width doubled", model: .dcgan()),
  ].flatMap { workload in
    [1, 2].map { (threads: Int) in
      Workload(
        name: "\(workload.name), threads: \(threads)", model: workload.model, threads: threads)
    }
  }
}

/// A linear congruential generator with Knuth's multiplier, whose upper bits are random enough to choose sizes by.
private struct Numbers {
  var state: UInt64

  mutating func next<Value>(_ values: [Value]) -> Value {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return values[Int(state >> 33) % values.count]
  }
}

extension StepFigures {
  /// The median of each figure by itself, so that one disturbed round does not count.
  static func median(_ rounds: [StepFigures]) -> StepFigures {
    func middle(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      let half = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
    var median = StepFigures(
      medianMilliseconds: middle(rounds.map(\.medianMilliseconds)),
      leastMilliseconds: middle(rounds.map(\.leastMilliseconds)),
      firstStepSeconds: middle(rounds.map(\.firstStepSeconds)),
      peakMemoryMegabytes: middle(rounds.map(\.peakMemoryMegabytes)))
    func ifAny(_ values: [Double]) -> Double? { values.isEmpty ? nil : middle(values) }
    median.contractionShare = ifAny(rounds.compactMap(\.contractionShare))
    median.flopsPerStep = ifAny(rounds.compactMap(\.flopsPerStep))
    median.madeBy = rounds.first?.madeBy
    return median
  }
}
