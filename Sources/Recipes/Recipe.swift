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
  /// `optimizer.learning_rate`.
  let learningRate: Double
  /// `loss.r1_gamma` of images, `loss.gp_lambda` of sounds.
  let penalty: Double
  /// `model.width` of convolutional networks.
  let width: Int
  /// `metrics.samples`.
  let samples: Int

  /// For images, in the order of their numbers.
  static let images = [
    Recipe(
      largestCount: 499, steps: 2000, batch: 16, averaging: 0.995, learningRate: 4e-4, penalty: 1,
      width: 16, samples: 500),
    Recipe(
      largestCount: 5000, steps: 4000, batch: 32, averaging: 0.998, learningRate: 4e-4, penalty: 1,
      width: 16, samples: 1000),
    Recipe(
      largestCount: nil, steps: 8000, batch: 64, averaging: 0.999, learningRate: 4e-4, penalty: 1,
      width: 24, samples: 2000),
  ]

  /// For sounds, in the order of their numbers.
  static let sounds = [
    Recipe(
      largestCount: 499, steps: 1000, batch: 16, averaging: 0.99, learningRate: 4e-4, penalty: 10,
      width: 8, samples: 500),
    Recipe(
      largestCount: 5000, steps: 2000, batch: 32, averaging: 0.995, learningRate: 4e-4, penalty: 10,
      width: 8, samples: 1000),
    Recipe(
      largestCount: nil, steps: 4000, batch: 32, averaging: 0.998, learningRate: 4e-4, penalty: 10,
      width: 12, samples: 2000),
  ]

  /// `model.latent`.
  static let latent = 32
  /// `model.hidden`, where convolutional networks cannot divide the length of sounds.
  static let hidden = [128, 256]

  // MARK: Examples

  /// Sides in pixels that images are brought to.
  static let sides = 16...64
  /// Sample rates that sounds are brought to, in hertz.
  static let sampleRatesHz = 1000...8000
  /// Lengths in samples that sounds are brought to.
  static let lengths = 256...8192

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
