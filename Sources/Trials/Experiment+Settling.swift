internal import Specification
internal import Evaluation
internal import Training
public import Experiments
internal import Datasets
internal import Foundation
internal import Models
internal import Records

extension Experiment {
  /// The same experiment with `data.size` and `data.channels` taken from the images, where the file leaves
  /// them out.
  ///
  /// Images that are not square are cropped, so that their size is the shorter side; built-in images get 32
  /// pixels and 3 channels. Only headers are read. The result holds for all arms.
  ///
  /// - Throws: `DataError` if the data cannot be read, or images differ in what the file leaves out;
  ///   `InputError` if the size does not fit what the file says.
  public func settlingExamples() throws -> Experiment {
    guard data.kind == .images, data.size == nil || data.channels == nil else { return self }
    let stored = try storedSquare(data.origin) ?? (side: 32, channels: 3)
    var settings: [Override] = []
    if data.size == nil { settings.append(Override("data.size", .integer(stored.side))) }
    if data.channels == nil {
      settings.append(Override("data.channels", .integer(stored.channels)))
    }
    return try settling(settings)
  }

  /// The side and channels of an origin's images as they are stored; nil for built-in ones.
  private func storedSquare(_ origin: Data.Origin) throws -> (side: Int, channels: Int)? {
    var request = ImageRequest(source: try storedSource(origin))
    (request.size, request.channels) = (data.size, data.channels)
    request.skipBroken = data.skipBroken
    return try request.storedSquare()
  }

  /// The source of an origin, in which one blank example of the right shape stands for checkpoints.
  private func storedSource(_ origin: Data.Origin) throws -> ExampleSource {
    switch origin {
    case .builtIn: return .builtIn
    case .files(let path):
      guard model.family == .detector, let checkpoint = try checkpoints(of: origin)?.first else {
        return .path(path.resolved)
      }
      let shape = try Checkpoint(checkpoint).experiment.example.sizes
      return .array(
        ExampleArray(
          name: checkpoint.path, shape: shape,
          values: [Float](repeating: 0, count: shape.reduce(1, *))))
    case .pair(let genuine, let generated):
      return .classes([
        ExampleClass(name: "genuine", source: try storedSource(genuine)),
        ExampleClass(name: "generated", source: try storedSource(generated)),
      ])
    }
  }
}
