/// Names of the numbers in `log.jsonl` that more than one part of the program uses. Cheap metrics stand there under
/// their own keys.
public enum LogName {
  /// Names of losses, which show in a number or two how a training is going: the loss of a VAE, detector or
  /// classifier, that of each network of a GAN, and the loss without dropout that probes such as `steps_to_loss` watch.
  public static let losses = [loss, discriminatorLoss, generatorLoss, evaluationLoss]

  /// Loss of a VAE, detector or classifier.
  public static let loss = "loss"
  /// Loss of a GAN's discriminator.
  public static let discriminatorLoss = "d_loss"
  /// Loss of a GAN's generator.
  public static let generatorLoss = "g_loss"
  /// Divergence of a network's answers under two draws of its dropout, without its weight.
  public static let twoDraws = "r_drop"
  /// Loss of a fixed set of examples, without dropout.
  public static let evaluationLoss = "evaluation_loss"

  /// Share of memorised samples, by which the onset of memorisation is found.
  public static let memorizedShare = "memorized_share"
  /// The 97.5% point of the memorised share of as many held-out examples as there are samples.
  public static let memorizedShareNullHigh = null(of: memorizedShare) + "_high"
  /// Share of held-out examples that samples cover.
  public static let holdoutCoverage = "holdout_coverage"

  private static let nullMark = ".null"
  private static let rateMark = "rate/"
  private static let probabilityMark = "probability/"
  private static let criterionMark = "until/"

  /// The name of a metric's null, which is what held-out examples score in the place of samples.
  public static func null(of metric: String) -> String { metric + nullMark }

  /// True for a null or a bound of one, which is a level to compare a metric with.
  public static func isNull(_ name: String) -> Bool {
    name.hasSuffix(nullMark) || name == memorizedShareNullHigh
  }

  /// The name of the metric of `train.until`, which is measured on held-out examples.
  public static func criterion(_ metric: String) -> String { criterionMark + metric }

  /// The name of the dropout rate that training has learned for a site.
  public static func rate(of site: String) -> String { rateMark + site }

  /// The name of the probability that follows what a discriminator says, by the key that it belongs to: `dropout.0`,
  /// whose rate is multiplied by it, or `data.augment.adaptive`.
  public static func adaptive(_ key: String) -> String { probabilityMark + key }

  /// The key whose probability has the given name; nil for the name of another number.
  public static func key(ofAdaptive name: String) -> String? {
    guard name.hasPrefix(probabilityMark) else { return nil }
    return String(name.dropFirst(probabilityMark.count))
  }

  /// The site whose learned rate has the given name; nil for the name of another number.
  public static func site(ofRate name: String) -> String? {
    guard name.hasPrefix(rateMark) else { return nil }
    return String(name.dropFirst(rateMark.count))
  }
}
