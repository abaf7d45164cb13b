import Layers
import Specification
import Testing

/// Masks that are given from outside: one for all examples, with every number that a drawn mask has beside the batch.
@Suite struct GivenMaskTests {
  static let cases: [(DropoutCase, counts: [Int])] = [
    (DropoutCase("bernoulli", [2, 4, 4, 3]), [48]),
    (DropoutCase("bernoulli", [1, 4, 4, 3]), [48]),
    (DropoutCase("spatial", [2, 4, 4, 3]), [3]),
    (DropoutCase("dropconnect", [3, 4], .linear), [12]),
    (DropoutCase("dropconnect", [3, 5, 4, 2], .convolution), [5 * 2 * 3 * 3]),
    (DropoutCase("targeted", [3, 6], .linear), [18]),
    (DropoutCase("variational_rnn", [4, 3, 2], .recurrent(.gru)), [2, 5]),
    (DropoutCase("stepwise_rnn", [2, 3, 4], .recurrent(.gru)), [4, 4, 5, 5]),
    (DropoutCase("weight_drop", [4, 3, 2], .recurrent(.gru)), [3 * 5 * 5]),
    (DropoutCase("weight_drop", [4, 3, 2], .recurrent(.lstm)), [4 * 5 * 5]),
  ]

  @Test(arguments: cases) func countsOfNumbers(_ test: DropoutCase, _ counts: [Int]) throws {
    let forward = try test.build(mode: .sampling(dropout: .given)).forward
    #expect(forward.givenMasks.map(\.count) == counts)
  }
}
