internal import Experiments
internal import Specification

/// The numbers of a first experiment on so many examples. What they are for stands in `Recipe+Keys`.
struct Recipe: Sendable {
  /// Largest number of examples that it is for; nil for any.
  let largestCount: Int?
  /// `train.steps`.
  let steps: Int
  /// `train.batch`, at the most.
  let batch: Int
  /// `train.ema`.
  let averaging: Double
  /// `metrics.samples`.
  let samples: Int

  /// In the order of their numbers.
  static let all = [
    Recipe(largestCount: 499, steps: 3000, batch: 32, averaging: 0.995, samples: 500),
    Recipe(largestCount: 5000, steps: 6000, batch: 64, averaging: 0.998, samples: 1000),
    Recipe(largestCount: nil, steps: 12000, batch: 64, averaging: 0.999, samples: 2000),
  ]

  /// `model.backbone` for an example as networks see it: what trained best on its kind in a minute or two, as
  /// `results/search` has it.
  static func backbone(for shape: ExampleShape) -> Backbone {
    switch shape {
    case .image(let height, let width, let channels):
      channels == 1 && max(height, width) <= largestConnectedSide ? .mlp : .conv
    case .spectrogram: .conv
    case .sound: .mlp
    }
  }

  /// Largest side of grey images that have fully connected layers.
  private static let largestConnectedSide = 32

  /// `model.latent`.
  static let latent = 64
  /// `model.hidden`.
  static let hidden = NetworkSettings.standard(.mlp, isPicture: true, .gan).hidden
  /// `model.width`.
  static let width = NetworkSettings.standard(.conv, isPicture: true, .gan).width
  /// `loss.r1_gamma`.
  static let penalty = Experiment.Loss.standardR1
  /// `optimizer.learning_rate`.
  static let learningRate = 1e-3

  // MARK: Examples

  /// Sides in pixels that images are brought to.
  static let sides = 16...64
  /// Sample rates that sounds are brought to, in hertz.
  static let sampleRatesHz = 1000...8000
  /// Lengths in samples that sounds are brought to.
  static let lengths = [512, 1024, 2048, 4096, 8192]

  // MARK: Held-out examples

  /// Shares that are held out of fewer examples than a number, so that there are about 20 at least, which metrics need.
  private static let holdouts: [(below: Int, share: Double)] = [(100, 0.5), (150, 0.3)]
  /// The share that is held out of more.
  private static let usualHoldout = 0.2
  /// Fewest sounds of which some are held out. They are chosen by chance, so that of fewer it may be none or all.
  private static let fewestSources = 10

  /// The share of examples that is held out.
  ///
  /// - Parameter sources: Number of files that the examples are from, where those of one stay on one side.
  static func holdout(of count: Int, from sources: Int) -> Double {
    guard sources >= fewestSources else { return 0 }
    return holdouts.first { min(count, sources) < $0.below }?.share ?? usualHoldout
  }

  // MARK: The ablation

  /// `ablation.rates`: a little and a lot.
  static let rates = [0.2, 0.5]
}
