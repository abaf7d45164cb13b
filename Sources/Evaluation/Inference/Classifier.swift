internal import Specification
internal import Training
internal import Experiments
internal import Complaints
public import Datasets
public import Foundation
internal import Models
internal import Records

/// A trained detector or classifier, read from a checkpoint and applied to files of examples.
public final class Classifier {
  private let experiment: Experiment
  private let classes: [String]
  private let codec: ExampleCodec
  private let predictor: Predictor

  /// Reads a checkpoint and compiles its network.
  ///
  /// - Throws: `InputError` when the file is no checkpoint, damaged, or of another family.
  public init(checkpoint url: URL, threads: Int) throws {
    let checkpoint = try Checkpoint(url)
    experiment = checkpoint.experiment
    guard !experiment.model.family.isGenerative else {
      throw InputError(
        SourcePlace(file: url.path), expected: "a checkpoint of a detector or classifier",
        found: "one of a \(experiment.model.family.rawValue)")
    }
    classes = checkpoint.classes
    let inference = try Inference(checkpoint, seed: UInt64(checkpoint.seed), threads: threads)
    codec = inference.codec
    predictor = try Predictor(inference, dropout: experiment.sampling.dropout)
    guard classes.count == predictor.outputs else {
      throw InputError(
        SourcePlace(file: url.path), key: "classes",
        expected: "names of the \(predictor.outputs) classes in the metadata",
        found: "\(classes.count)")
    }
  }

  /// Names of the columns. A detector gives the score, the probability that the example is generated; a
  /// classifier gives the likeliest class and the probability of each class.
  public var columns: [String] {
    isDetector ? ["file", "score"] : ["file", "class"] + classes.map { "p_\($0)" }
  }

  private var isDetector: Bool { experiment.model.family == .detector }

  /// Lists the files of a folder, or one file.
  ///
  /// - Parameter skipBroken: True to leave out files that cannot be opened.
  /// - Throws: `DataError` when there are none of the kind that the network was trained with.
  public func files(in path: String, skipBroken: Bool = false) throws -> ExampleFiles {
    let data = experiment.data
    switch data.kind {
    case .images:
      return try ExampleFiles(
        ImageRequest(
          source: .path(path), size: data.size, channels: data.channels, skipBroken: skipBroken))
    case .audio:
      var request = SoundRequest(
        source: .path(path), sampleRateHz: data.sampleRateHz, length: data.length,
        skipBroken: skipBroken)
      request.windows = data.windows
      return try ExampleFiles(request)
    }
  }

  /// The cells after the name in each file's row. The windows of a long sound are averaged; a file without
  /// examples, such as silence, has empty cells.
  ///
  /// - Parameter examples: The examples of each file.
  public func cells(of examples: [Examples]) throws -> [[String]] {
    let probabilities = try predictor(examples.flatMap { try codec.values(of: $0) })
    var start = 0
    return examples.map { part in
      defer { start += part.count * classes.count }
      return cells(of: probabilities[start..<start + part.count * classes.count])
    }
  }

  private func cells(of probabilities: ArraySlice<Double>) -> [String] {
    guard !probabilities.isEmpty else { return columns.dropFirst().map { _ in "" } }
    let means = classes.indices.map { label in
      let own = stride(
        from: probabilities.startIndex + label, to: probabilities.endIndex, by: classes.count)
      return own.reduce(0) { $0 + probabilities[$1] } * Double(classes.count)
        / Double(probabilities.count)
    }
    if isDetector { return ["\(means[1])"] }
    let best = means.indices.reduce(0) { means[$1] > means[$0] ? $1 : $0 }
    return [classes[best]] + means.map { "\($0)" }
  }
}
