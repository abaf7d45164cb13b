internal import Specification
internal import Experiments
internal import Autodiff
internal import Layers
internal import Models
internal import Records

/// A way to change what the network that reads examples sees: a discriminator, in every pass of every
/// update, or an encoder. A new one is a file with a type that conforms to one of the protocols below
/// this one, its keys in `Experiment+Augment.swift`, a line in `AugmentationCatalogue` and a test.
///
/// A discriminator sees real and generated examples treated alike: each pass draws random numbers of
/// its own from the same distribution, reals are mixed with reals and generated ones with generated
/// ones, and the generator's gradient goes through what is done. Gradient penalties are taken at what
/// the discriminator sees.
protocol Augmentation: Sendable {
  /// Its key in `data.augment`, which its random streams are named by.
  var name: String { get }
  /// Examples that it needs in a batch.
  var smallestBatch: Int { get }
  /// The sites it acts at, of the network that reads examples; [] for the examples themselves.
  ///
  /// - Throws: `ModelError` about its key where it cannot act.
  func sites(of network: Network, backbone: Backbone) throws -> [DropoutSite]
  /// The classes of changed examples.
  ///
  /// - Parameters:
  ///   - labels: [N, K], non-negative with the sum 1 in each row; so is the result.
  ///   - x: The examples as they were.
  func labels(_ labels: Tensor, of x: Tensor, _ draw: AugmentationDraw) throws -> Tensor
}

extension Augmentation {
  /// As they were.
  func labels(_ labels: Tensor, of x: Tensor, _ draw: AugmentationDraw) throws -> Tensor { labels }
  /// One.
  var smallestBatch: Int { 1 }
}

/// An augmentation of the examples themselves.
protocol ExampleAugmentation: Augmentation {
  /// Whether it makes other examples, which a VAE is then to give back; else only the encoder's
  /// input is changed, and the VAE is to give back the example as it was.
  var changesTarget: Bool { get }
  /// Changes a batch.
  ///
  /// - Parameter x: [N, H, W, C] or [N, T, 1].
  /// - Returns: The same shape.
  func apply(to x: Tensor, _ draw: AugmentationDraw) throws -> Tensor
}

extension ExampleAugmentation {
  /// None.
  func sites(of network: Network, backbone: Backbone) -> [DropoutSite] { [] }
}

/// An augmentation of hidden states.
protocol ActivationAugmentation: Augmentation {
  /// Changes what passes through one of its sites.
  ///
  /// - Parameters:
  ///   - x: Activations, examples first.
  ///   - index: The site's number, from 0, of `count`.
  /// - Returns: The same shape.
  func apply(to x: Tensor, at index: Int, of count: Int, _ draw: AugmentationDraw) throws -> Tensor
  /// What a VAE is to give back for examples whose hidden states were changed with the same numbers.
  func target(_ x: Tensor, _ draw: AugmentationDraw) throws -> Tensor
}

extension ActivationAugmentation {
  /// The examples as they were.
  func target(_ x: Tensor, _ draw: AugmentationDraw) -> Tensor { x }
}
