/// The control of a probability by what a discriminator says of training examples: the share that it takes for real
/// ones tells how much it overfits.
///
/// Source: Karras et al. 2020, arXiv:2006.06676, §3.1.
public struct SignControl: Hashable, Sendable {
  /// The mean sign of the discriminator's logits of training examples, in −1…1, that is held: below it the probability
  /// falls, above it rises.
  public let target: Double
  /// Steps of training from one change to the next.
  public let interval: Int
  /// Training examples that the discriminator sees while the probability goes from 0 to 1.
  public let images: Int

  /// A control; see the properties.
  public init(target: Double, interval: Int, images: Int) {
    (self.target, self.interval, self.images) = (target, interval, images)
  }
}
