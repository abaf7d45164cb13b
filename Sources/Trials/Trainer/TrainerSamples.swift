internal import Complaints
internal import Datasets
internal import Experiments
internal import Foundation
internal import Specification
internal import Training

/// Samples that a trainer's command has left.
enum TrainerSamples {
  /// Reads the first samples of a folder or an array.
  ///
  /// - Returns: `metrics.samples` of them, shape [N] + that of an example, in the experiment's value range.
  /// - Throws: `DataError` where they cannot be read, are too few, or are not of the data's shape.
  static func load(_ path: String, of experiment: Experiment) throws -> [Float] {
    let examples = try read(path, experiment)
    let shape = try experiment.example.sizes
    guard examples.shape == shape else {
      throw DataError(
        file: path,
        problem: "expected samples of shape \(shape), as the data have, found \(examples.shape)")
    }
    let count = experiment.metrics.samples
    guard examples.count >= count else {
      throw DataError(
        file: path, problem: "expected \(count) samples (metrics.samples), found \(examples.count)")
    }
    return examples.part(Array(0..<count)).floats(in: experiment.valueRange)
  }

  private static func read(_ path: String, _ experiment: Experiment) throws -> Examples {
    let data = experiment.data
    switch data.kind {
    case .images:
      let request = ImageRequest(source: .path(path), channels: data.channels)
      return try Dataset.load(request).training.inSourceOrder
    case .audio:
      var request = SoundRequest(
        source: .path(path), sampleRateHz: data.sampleRateHz, length: data.length)
      // A longer sound is one sample; those of an array are all of one length.
      if try MediaKind.of(path) != .array { request.windows = .first }
      return try Dataset.load(request).training.inSourceOrder
    }
  }
}
