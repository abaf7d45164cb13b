internal import Experiments
internal import Specification

extension Recipe {
  /// The keys of `model`, `loss`, `optimizer` and `train` for some examples, each with its reason.
  func keys(for examples: ChosenExamples) -> [DraftKey] {
    model(examples) + (examples.kind == .images ? lossOfImages : lossOfSounds)
      + training(examples)
  }

  private func model(_ examples: ChosenExamples) -> [DraftKey] {
    let layers =
      examples.fitsConvolutions
      ? [
        DraftKey(
          "model.backbone", .text("conv"), "strided convolutions, for all that has neighbours"),
        DraftKey(
          "model.width", .integer(width),
          "channels at the highest resolution, twice as many at each lower one: \(size); twice as many take "
            + "about four times the time"),
      ]
      : [
        DraftKey(
          "model.backbone", .text("mlp"),
          "fully connected layers: convolutions want 16 to 63 times a power of four samples"),
        DraftKey(
          "model.hidden", .list(Self.hidden.map { .integer($0) }), "sizes of the hidden layers"),
      ]
    return [
      DraftKey(
        "model.family", .text("gan"),
        "a generator against a discriminator; vae is the other kind that makes examples")
    ] + layers + [
      DraftKey("model.latent", .integer(Self.latent), "numbers that an example is made from"),
      DraftKey(
        "model.discriminator.norm", .text("none"),
        "batch norm would let the discriminator see the batch in the place of its examples"),
    ]
  }

  private var size: String {
    largestCount.map { "for up to \($0) examples" } ?? "for many examples"
  }

  private var rate: DraftKey {
    DraftKey(
      "optimizer.learning_rate", .number(learningRate),
      "lower if samples get worse again, higher if nothing is learned")
  }

  private var lossOfImages: [DraftKey] {
    [
      DraftKey(
        "loss.r1_gamma", .number(penalty),
        "a penalty on the discriminator's slope at training examples, which keeps few of them from being "
          + "learned by heart; 0 for none"),
      rate,
    ]
  }

  private var lossOfSounds: [DraftKey] {
    [
      DraftKey(
        "loss.adversarial", .text("wasserstein"), "as in WaveGAN, the usual small GAN of sounds"),
      DraftKey(
        "loss.gp_lambda", .number(penalty),
        "bounds the critic's slope, without which that loss is none"
      ),
      DraftKey(
        "loss.discriminator_steps", .integer(2), "the critic has to be ahead of the generator"),
      rate,
      DraftKey("optimizer.beta2", .number(0.9), "as for all losses with that penalty"),
    ]
  }

  private func training(_ examples: ChosenExamples) -> [DraftKey] {
    let trained = Int(Double(examples.count) * (1 - examples.holdout))
    let averaged = Int((1 / (1 - averaging)).rounded())
    return [
      DraftKey(
        "train.steps", .integer(steps),
        "updates of the generator, \(size); a training can be made longer later, and goes on"),
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

  /// The largest power of two up to a number; 1 for numbers below.
  private static func powerOfTwo(upTo number: Int) -> Int {
    var power = 1
    while 2 * power <= number { power *= 2 }
    return power
  }
}
