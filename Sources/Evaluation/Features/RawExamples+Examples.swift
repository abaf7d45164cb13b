internal import Experiments
internal import Media
internal import Specification
internal import Training
public import Datasets
public import Metrics

extension RawExamples {
  /// Copies loaded examples, converted to the values that metrics work with: images in 0…1, sounds in −1…1.
  ///
  /// - Throws: `DataError` when they do not fit in memory.
  public init(_ examples: Examples) throws {
    let (count, size) = (examples.count, examples.size)
    try requireMemory(4 * count * size, file: "\(count) examples of shape \(examples.shape)")
    let range: ValueRange = examples.shape.count == 3 ? .unit : .symmetric
    try self.init(examples.floats(in: range), shape: examples.shape)
  }

  /// Converts samples of an experiment's model, which are in its value range.
  ///
  /// - Parameter samples: Shape [N] + that of an example.
  /// - Throws: `FeatureError` for samples that are no numbers.
  init(samples: [Float], of experiment: Experiment) throws {
    let values = samples.inFileRange(
      from: experiment.valueRange, isSound: experiment.data.kind == .audio)
    do {
      try self.init(values, shape: experiment.example.sizes)
    } catch let error as UnusableNumber {
      throw FeatureError("the model makes samples that are no numbers: \(error)")
    }
  }

  /// Calls `body` with the first position and the values of each batch of at most `size` examples.
  func forEachBatch(
    of size: Int, _ body: (_ first: Int, UnsafeBufferPointer<Float>) throws -> Void
  ) rethrows {
    try values.withUnsafeBufferPointer { values in
      for first in stride(from: 0, to: count, by: size) {
        let end = min(count, first + size)
        try body(
          first, UnsafeBufferPointer(rebasing: values[first * self.size..<end * self.size]))
      }
    }
  }
}
