internal import Execution
internal import Randomness

/// Which training examples each batch holds: every epoch is a new permutation, and what does not
/// fill a batch is left out of its epoch. A pure function of the seed and the batch's number.
struct BatchOrder {
  private let stream: RandomStream
  private let count: Int
  private let batch: Int
  private var epoch: (number: Int, order: [Int])?

  /// - Parameters:
  ///   - count: Training examples; at least `batch`.
  init(count: Int, batch: Int, seed: UInt64) {
    stream = RandomStream("data", seed: seed)
    self.count = count
    self.batch = batch
  }

  /// The epoch a batch is in and its place there.
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
