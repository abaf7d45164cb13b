internal import Experiments
package import Media
internal import Complaints
package import Layers
package import Models
package import Specification
internal import Records
internal import Datasets

/// An experiment's model: its architecture and dropout, with the sizes of its examples and the classes of its data.
extension Experiment {
  /// The model that the experiment describes, with what its data and its loss decide.
  ///
  /// - Parameter classes: Number of classes that a classifier tells apart.
  /// - Throws: `InputError` as `example` does.
  func modelSpecification(classes: Int) throws -> ModelSpecification {
    ModelSpecification(
      model, example: try seenExample, classes: classes, likelihood: loss.likelihood)
  }

  /// The kind and sizes of one example.
  ///
  /// - Throws: `InputError` for images whose size or channels are given neither by the file nor by the data.
  package var example: ExampleShape {
    get throws {
      guard data.kind == .images else { return .sound(samples: data.length) }
      guard let size = data.size, let channels = data.channels else {
        let key = data.size == nil ? "data.size" : "data.channels"
        throw InputError(place(of: "data"), key: key, expected: "a number", found: "none")
      }
      return .image(height: size, width: size, channels: channels)
    }
  }

  /// The kind and sizes of an example as networks see it; see `ExampleCodec`.
  ///
  /// - Throws: `InputError` as `example` does.
  var seenExample: ExampleShape {
    get throws {
      guard let sizes = data.spectrogram else { return try example }
      return .spectrogram(sizes, channels: data.representation.channels)
    }
  }

  /// The model with its dropout plan.
  ///
  /// - Parameter classes: Number of classes that a classifier tells apart. It affects the last layer only.
  /// - Throws: `InputError` naming the file, line and key of what does not fit.
  package func makeModel(classes: Int = 2) throws -> (model: ModelNetworks, dropout: DropoutPlan) {
    guard trainer == nil else {
      throw InputError(
        place(of: "trainer"), key: "trainer", expected: "a model that is trained here",
        found: "one of another program")
    }
    return try locatingErrors {
      let model = try ModelNetworks(modelSpecification(classes: max(2, classes)))
      return (model, try model.dropoutPlan(dropout))
    }
  }

  /// Runs `body` and turns an error about the model into one about the experiment file.
  ///
  /// - Throws: `InputError` naming the file, line and key, in the place of a `ModelError`.
  func locatingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ModelError {
      let path = String(error.what.prefix { $0 != " " })
      throw InputError(
        place(of: path), key: error.what, expected: error.expected, found: error.found)
    }
  }

  /// The range of what the model's networks see and make: −1…1 for tanh and Gaussian outputs, 0…1 for Bernoulli ones. A
  /// detector or classifier sees images in 0…1 and sounds in −1…1, as files of another program's samples have them.
  package var valueRange: ValueRange {
    switch model.family {
    case .gan: .symmetric
    case .vae: loss.likelihood == .bernoulli ? .unit : .symmetric
    case .detector, .classifier, .external: data.kind == .images ? .unit : .symmetric
    }
  }
}
