internal import Execution
internal import Randomness

/// The order in which batches take training examples. Every epoch is a new permutation; examples that do
/// not fill a batch are left out of the epoch. It is a pure function of the seed and the batch's number.
struct BatchOrder {
  private let stream: RandomStream
  private let count: Int
  private let batch: Int
  private var epoch: (number: Int, order: [Int])?

  /// Makes the order of `count` examples.
  ///
  /// - Parameters:
  ///   - count: Number of training examples; at least `batch`.
  init(count: Int, batch: Int, seed: UInt64) {
    stream = RandomStream("data", seed: seed)
    self.count = count
    self.batch = batch
  }

  /// The epoch of batch `number` and the batch's position in it, both from 0.
  func cursor(_ number: Int) -> (epoch: Int, position: Int) {
    (number / (count / batch), number % (count / batch))
  }

  /// The examples of batch `number`, counted from 0.
  mutating func examples(_ number: Int) -> ArraySlice<Int> {
    let (epoch, position) = cursor(number)
    if self.epoch?.number != epoch {
      self.epoch = (epoch, stream.permutation(count, step: UInt64(epoch)))
    }
    return (self.epoch?.order ?? [])[position * batch..<(position + 1) * batch]
  }
}
