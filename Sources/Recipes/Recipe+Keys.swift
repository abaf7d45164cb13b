internal import Experiments
internal import Specification

extension Recipe {
  /// The keys of `model`, `loss`, `optimizer` and `train` for some examples, each with its reason.
  func keys(for examples: ChosenExamples) -> [DraftKey] {
    let backbone = Self.backbone(for: examples.shape)
    return Self.model(backbone) + Self.loss + Self.optimizer + training(examples)
  }

  private static func model(_ backbone: Backbone) -> [DraftKey] {
    [
      DraftKey(
        "model.family", .text("gan"),
        "a generator against a discriminator; vae is the other kind that makes examples")
    ] + layers(backbone) + [
      DraftKey("model.latent", .integer(latent), "numbers that an example is made from"),
      DraftKey(
        "model.minibatch_stddev", .flag(true),
        "tells the discriminator how much the examples of a batch differ, so that the generator cannot make a few only"
      ),
    ]
  }

  private static func layers(_ backbone: Backbone) -> [DraftKey] {
    let name = YAMLValue.text(backbone.rawValue)
    guard backbone.isConvolutional else {
      return [
        DraftKey(
          "model.backbone", name,
          "fully connected layers, which learn small grey pictures and short waveforms the fastest"
        ),
        DraftKey(
          "model.hidden", .list(hidden.map { .integer($0) }),
          "sizes of the generator's hidden layers; the discriminator's are the same, the other way round"
        ),
      ]
    }
    return [
      DraftKey(
        "model.backbone", name,
        "strided convolutions, for pictures in colour, large ones, and the spectrograms of sounds"),
      DraftKey(
        "model.width", .integer(width),
        "channels at the highest resolution, twice as many at each lower one; twice as many take about four times "
          + "the time"),
    ]
  }

  private static var loss: [DraftKey] {
    [
      DraftKey(
        "loss.r1_gamma", .number(penalty),
        "a penalty on the discriminator's slope at training examples, which keeps few of them from being "
          + "learned by heart; higher if samples get worse again, 0 for none")
    ]
  }

  private static var optimizer: [DraftKey] {
    [
      DraftKey(
        "optimizer.learning_rate", .number(learningRate),
        "lower if samples get worse again, higher if nothing is learned"
      )
    ]
  }

  private func training(_ examples: ChosenExamples) -> [DraftKey] {
    let trained = Int(Double(examples.count) * (1 - examples.holdout))
    let averaged = Int((1 / (1 - averaging)).rounded())
    return [
      DraftKey(
        "train.steps", .integer(steps),
        "updates of the generator, \(forHowMany); a training can be made longer later, and goes on"),
      DraftKey(
        "train.batch", .integer(min(batch, Self.powerOfTwo(upTo: trained / 2))),
        "examples in an update, at most half of those that are trained on"),
      DraftKey(
        "train.ema", .number(averaging),
        "samples are drawn from an average of the weights over about the last \(averaged) steps, which is "
          + "steadier than the last ones"),
      DraftKey(
        "train.sample_every", .integer(steps / 10), "ten sheets of samples to watch it learn"),
    ]
  }

  private var forHowMany: String {
    largestCount.map { "for up to \($0) examples" } ?? "for many examples"
  }

  /// The largest power of two up to a number; 1 for numbers below.
  private static func powerOfTwo(upTo number: Int) -> Int {
    var power = 1
    while 2 * power <= number { power *= 2 }
    return power
  }
}
