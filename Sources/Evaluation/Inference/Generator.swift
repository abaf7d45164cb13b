internal import Media
internal import Specification
public import Training
internal import Experiments
internal import Complaints
internal import Files
internal import Datasets
public import Foundation
internal import Execution
internal import Layers
internal import Models
internal import Records

/// A trained generator or decoder, read from a checkpoint.
public final class Generator {
  /// Size Z of a latent vector.
  public let latent: Int
  /// Shape of an example: [H, W, C] or [T, 1].
  public var shape: [Int] { files.shape }
  /// Sample rate of sounds; nil for images.
  public let sampleRateHz: Int?
  /// Names of the classes that samples can be of; empty where the network is not told of classes.
  public let classes: [String]
  private let range: ValueRange
  private let files: SampleFiles
  private let sampler: Sampler
  private let url: URL

  /// Reads a checkpoint.
  ///
  /// - Parameters:
  ///   - average: Decay of the average of weights to draw from, 0 for the weights themselves; nil for that of the
  ///     experiment's `sampling.ema`.
  ///   - seed: Seed of latents and masks.
  /// - Throws: `InputError` when the file is no checkpoint, damaged, or of a model that generates nothing.
  public init(
    checkpoint url: URL, average: Double? = nil, seed: UInt64, threads: Int,
    on choice: BackendChoice = .cpu
  ) throws {
    var checkpoint = try Checkpoint(url)
    if let average { try checkpoint.sample(from: average) }
    let experiment = checkpoint.experiment
    guard experiment.model.family.isGenerative else {
      throw InputError(
        SourcePlace(file: url.path), expected: "a checkpoint of a gan or vae",
        found: "one of a \(experiment.model.family.rawValue)")
    }
    latent = experiment.model.latent
    range = experiment.valueRange
    sampleRateHz = experiment.data.kind == .audio ? experiment.data.sampleRateHz : nil
    files = try SampleFiles(experiment)
    self.url = url
    classes = experiment.model.isConditional ? checkpoint.classes : []
    sampler = Sampler(try Inference(checkpoint, seed: seed, threads: threads, on: choice))
  }

  /// Checks that the latents of `count` examples fit into memory, and the examples too if they are kept.
  ///
  /// - Throws: `DataError` naming both sizes.
  public func requireMemory(count: Int, keepingExamples: Bool) throws {
    let numbers = 3 * latent + (keepingExamples ? 2 * shape.reduce(1, *) : 0)
    try Media.requireMemory(4 * count * numbers, file: "\(count) samples")
  }

  /// Standard normal latents, shape [count, Z].
  public func latents(_ count: Int) -> [Float] { sampler.latents(count) }

  /// The classes of `count` samples, as indices into `classes`: of one class, or drawn as often as each is among the
  /// training examples. Empty where the network is not told of classes.
  ///
  /// - Parameter name: The class; nil for all.
  /// - Throws: `InputError` for a class that there is not.
  public func classes(of count: Int, named name: String? = nil) throws -> [Int] {
    guard let name else { return sampler.classes(count) }
    guard let index = classes.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) else {
      throw InputError(
        SourcePlace(file: url.path), key: "class",
        expected: classes.isEmpty
          ? "no class, as the networks of the checkpoint are not told of any"
          : "a class of the checkpoint: \(classes.joined(separator: ", "))",
        found: name)
    }
    return Array(repeating: index, count: count)
  }

  /// Latents on the great-circle path between two random ones, shape [count, Z].
  ///
  /// Source: White 2016, arXiv:1609.04468, §2.1.
  public func interpolation(_ count: Int) -> [Float] {
    let ends = latents(2).map(Double.init)
    let (a, b) = (Array(ends[..<latent]), Array(ends[latent...]))
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    let angle = acos(max(-1, min(1, cosine)))
    return (0..<count).flatMap { index -> [Float] in
      let t = count > 1 ? Double(index) / Double(count - 1) : 0
      let weights =
        angle < 1e-6 ? (1 - t, t) : (sin((1 - t) * angle) / sin(angle), sin(t * angle) / sin(angle))
      return zip(a, b).map { Float(weights.0 * $0 + weights.1 * $1) }
    }
  }

  /// Generates examples from latents of shape [count, Z]; shape [count, H, W, C] or [count, T, 1].
  ///
  /// - Parameters:
  ///   - classes: The class of each, as an index; see `classes(of:named:)`.
  ///   - first: Number of the first example, a multiple of 64; stochastic masks depend on it.
  public func examples(_ latents: [Float], classes: [Int] = [], from first: Int = 0) throws
    -> [Float]
  {
    try sampler.examples(latents, classes: classes, from: first)
  }

  /// Converts examples to the value range of files: images in 0…1, sounds in −1…1.
  package func valuesOfFiles(_ examples: [Float]) -> [Float] {
    examples.inFileRange(from: range, isSound: sampleRateHz != nil)
  }

  /// Reads latents from a `.npy` file of shape [count, Z].
  ///
  /// - Throws: `DataError` for another shape.
  public func readLatents(_ path: String) throws -> [Float] {
    let array = try NumpyFile.read(path)
    guard array.shape.count == 2, array.shape[1] == latent, array.shape[0] > 0 else {
      throw DataError(
        file: path, problem: "expected latents of shape [count, \(latent)], found \(array.shape)")
    }
    return array.floats
  }

  /// Writes examples as `00000.png`, `00001.png`, … in a folder, sounds as `.wav`.
  ///
  /// - Parameter first: Number of the first example.
  public func writeSamples(_ examples: [Float], from first: Int = 0, to folder: URL) throws {
    try createFolder(folder)
    try files.write(examples) { index, fileExtension in
      let digits = String(first + index)
      let name = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
      return folder.appendingPathComponent("\(name).\(fileExtension)")
    }
  }

  /// Writes examples as one float32 array of shape [count, H, W, C] or [count, T, 1].
  public func writeArray(_ examples: [Float], to path: String) throws {
    let count = examples.count / shape.reduce(1, *)
    try examples.withUnsafeBufferPointer {
      try NumpyFile.write($0, shape: [count] + shape, to: path)
    }
  }
}
