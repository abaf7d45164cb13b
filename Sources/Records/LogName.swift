/// The names of the numbers in `log.jsonl` that more than one part of the program speaks of. Cheap metrics stand there under
/// their own keys.
public enum LogName {
  /// The loss of a VAE, detector or classifier, that of each network of a GAN, and the loss without dropout that the probe
  /// `steps_to_loss` watches: what tells in a number or two how a training is going.
  public static let losses = [loss, discriminatorLoss, generatorLoss, evaluationLoss]

  /// Of a VAE, detector or classifier.
  public static let loss = "loss"
  /// Of a GAN's discriminator.
  public static let discriminatorLoss = "d_loss"
  /// Of a GAN's generator.
  public static let generatorLoss = "g_loss"
  /// Of examples that do not change, without dropout.
  public static let evaluationLoss = "evaluation_loss"

  private static let rateMark = "rate/"

  /// The name of the dropout rate that training has learned for a site.
  public static func rate(of site: String) -> String { rateMark + site }

  /// The site whose learned rate has a name; nil for the name of anything else.
  public static func site(ofRate name: String) -> String? {
    guard name.hasPrefix(rateMark) else { return nil }
    return String(name.dropFirst(rateMark.count))
  }
}
