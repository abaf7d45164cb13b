internal import Autodiff
internal import Layers
internal import Specification

/// What a network that reads examples adds to the result of its last layer, by the class of each.
enum ClassTerm: Sendable {
  /// A discriminator's logit gains the projection of its features on the vector of the class.
  case projection(ClassProjection)
  /// An encoder's means and log-variances are shifted by the vector of the class.
  case shift(ClassEmbedding)

  var layers: [any Layer] {
    switch self {
    case .projection(let layer): [layer]
    case .shift(let layer): [layer]
    }
  }
}

extension ClassTerm? {
  /// The result of the last layer with the term; without one, as it is.
  ///
  /// - Parameter features: What the last layer was given.
  func added(to y: Tensor, features: Tensor, _ forward: Forward) throws -> Tensor {
    switch self {
    case nil: y
    case .projection(let layer): try y + layer(features, forward)
    case .shift(let layer): try y + layer(forward)
    }
  }
}

// How a network is told of classes. Convolutional ones with norms have a scale and shift for each class, but for
// discriminators; other networks that make examples get a vector of the class behind the latent. What networks that
// read examples return has a term of the class.
extension NetworkSpecification {
  /// True where norms have scales and shifts for each class.
  var conditionsNorms: Bool {
    guard classesGiven != nil, backbone.isConvolutional, role != .discriminator else {
      return false
    }
    switch norm {
    case .batch, .layer, .instance: return true
    case .spectral, .fixup, .none: return false
    }
  }

  /// The vectors of classes that are joined to latents, as long as these; nil for none.
  var latentEmbedding: ClassEmbedding? {
    guard let classesGiven, role.isGenerative, !conditionsNorms else { return nil }
    return ClassEmbedding(role.rawValue + ".class_embedding", classes: classesGiven, size: latent)
  }

  /// Size of what the first layer of a network that makes examples is given.
  var codeSize: Int { latentEmbedding == nil ? latent : 2 * latent }

  /// The term of the class in the result of a network that reads examples; nil for none.
  ///
  /// - Parameter channels: Size of the last axis of what the last layer takes.
  func classTerm(channels: Int) -> ClassTerm? {
    guard let classesGiven else { return nil }
    let address = role.outputBlock + ".class"
    return switch role {
    case .discriminator:
      .projection(
        ClassProjection(
          address, classes: classesGiven, channels: channels, initialization: initialization,
          spectral: norm == .spectral))
    case .encoder:
      .shift(ClassEmbedding(address, classes: classesGiven, size: outputs, .zeros))
    case .generator, .decoder, .detector, .classifier: nil
    }
  }
}
