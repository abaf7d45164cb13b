internal import Glossary
internal import Specification
internal import Experiments
internal import Autodiff
internal import Layers
internal import Models
internal import Records

/// A change of what the network that reads examples sees: a discriminator in every pass of every update, an
/// encoder, a detector or a classifier. A new one is a file with a type that conforms to one of the
/// protocols below this one, its keys in `Experiment+Augment.swift`, a line in `AugmentationCatalogue` and a test.
///
/// Real and generated examples are treated alike: each pass of a discriminator draws random numbers of its
/// own from the same distribution, real examples are mixed with real ones and generated with generated
/// ones, and the generator's gradient goes through the augmentation. Gradient penalties are taken at the
/// augmented examples.
protocol Augmentation: Sendable {
  /// Its key in `data.augment`. Its random streams are named after it.
  var name: String { get }
  /// What it does, and its source.
  var meaning: Meaning { get }
  /// The smallest batch that it works with.
  var smallestBatch: Int { get }
  /// The probability that it acts with, where that follows what the discriminator says; else nil.
  var probability: AdaptiveProbability? { get }
  /// Checks that it can do what it is for.
  ///
  /// - Parameter others: All augmentations of the experiment.
  /// - Throws: `ModelError` about its key.
  func check(_ experiment: Experiment, beside others: [any Augmentation]) throws
  /// The sites at which it acts in the network that reads examples; [] if it acts on the examples themselves.
  ///
  /// - Throws: `ModelError` about its key where it cannot act.
  func sites(of network: Network, backbone: Backbone) throws -> [DropoutSite]
  /// The labels of the changed examples.
  ///
  /// - Parameters:
  ///   - labels: [N, K], non-negative with the sum 1 in each row; so is the result.
  ///   - x: The examples before any augmentation.
  func labels(_ labels: Tensor, of x: Tensor, _ draw: AugmentationDraw) throws -> Tensor
}

extension Augmentation {
  /// Leaves the labels as they are.
  func labels(_ labels: Tensor, of x: Tensor, _ draw: AugmentationDraw) throws -> Tensor { labels }
  /// One example is enough.
  var smallestBatch: Int { 1 }
  /// It acts always, or by what it draws.
  var probability: AdaptiveProbability? { nil }
  /// Nothing is amiss.
  func check(_ experiment: Experiment, beside others: [any Augmentation]) throws {}
  /// True where it makes mixtures of several examples.
  var mixesExamples: Bool { smallestBatch > 1 }
}

/// An augmentation of the examples themselves.
protocol ExampleAugmentation: Augmentation {
  /// True where it makes new examples, which a VAE is then to reconstruct. False where it changes the
  /// encoder's input only, and the VAE is to reconstruct the original example.
  var changesTarget: Bool { get }
  /// Changes a batch.
  ///
  /// - Parameter x: [N, H, W, C] or [N, T, 1].
  /// - Returns: The same shape.
  func apply(to x: Tensor, _ draw: AugmentationDraw) throws -> Tensor
}

extension ExampleAugmentation {
  /// No sites, as it acts on the examples themselves.
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
  /// The examples that a VAE is to reconstruct where their hidden states were changed with the same random numbers.
  func target(_ x: Tensor, _ draw: AugmentationDraw) throws -> Tensor
}

extension ActivationAugmentation {
  /// Leaves the examples as they are.
  func target(_ x: Tensor, _ draw: AugmentationDraw) -> Tensor { x }
}
