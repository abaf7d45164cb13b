import Datasets
import Evaluation
import Experiments
import Media
import TestSupport
import Testing
import Training

extension TrainingSuite {
  /// Correlations between neighbouring activations.
  @Suite struct NeighborCorrelationTests {
    /// Pearson's correlation, in two passes.
    private func correlation(_ pairs: [(Double, Double)]) -> Double {
      let count = Double(pairs.count)
      let x = pairs.reduce(0) { $0 + $1.0 } / count
      let y = pairs.reduce(0) { $0 + $1.1 } / count
      let xx = pairs.reduce(0) { $0 + ($1.0 - x) * ($1.0 - x) }
      let yy = pairs.reduce(0) { $0 + ($1.1 - y) * ($1.1 - y) }
      return pairs.reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / (xx * yy).squareRoot()
    }

    /// The mean over channels and both directions, for values of shape [N, H, W, C].
    private func naive(
      _ value: (_ n: Int, _ h: Int, _ w: Int, _ c: Int) -> Double, _ sizes: [Int],
      channels: [Int]
    ) -> Double {
      var found: [Double] = []
      for c in channels {
        for (down, right) in [(1, 0), (0, 1)] where sizes[1] > down && sizes[2] > right {
          var pairs: [(Double, Double)] = []
          for n in 0..<sizes[0] {
            for h in 0..<sizes[1] - down {
              for w in 0..<sizes[2] - right {
                pairs.append((value(n, h, w, c), value(n, h + down, w + right, c)))
              }
            }
          }
          found.append(correlation(pairs))
        }
      }
      return found.reduce(0, +) / Double(found.count)
    }

    /// Odd sizes, with a channel that does not change.
    @Test(arguments: [[3, 4, 5, 3], [4, 1, 6, 3], [2, 7, 1, 3]]) func asByHand(_ sizes: [Int]) {
      var values = numbers(sizes.reduce(1, *), seed: 6).map { Float($0) + 100 }
      for place in stride(from: 1, to: values.count, by: 3) { values[place] = 0.1 }
      let expected = naive(
        { n, h, w, c in Double(values[((n * sizes[1] + h) * sizes[2] + w) * 3 + c]) }, sizes,
        channels: [0, 2])
      values.withUnsafeBufferPointer {
        let found = NeighborCorrelation.correlation($0, sizes: sizes)
        #expect(abs(found - expected) < 1e-9, "\(found) \(expected)")
        // A sound is a picture of one row.
        if sizes[1] == 1 {
          #expect(NeighborCorrelation.correlation($0, sizes: [4, 6, 3]) == found)
        }
      }
    }

    @Test func whatDoesNotChangeHasNone() {
      [Float](repeating: 0.3, count: 24).withUnsafeBufferPointer {
        #expect(NeighborCorrelation.correlation($0, sizes: [2, 6, 2]).isNaN)
        #expect(NeighborCorrelation.correlation($0, sizes: [12, 1, 1, 2]).isNaN)
      }
    }

    /// The activations are those of the network: the first convolution is done again by hand.
    @Test func theFirstBlockByHand() throws {
      let side = 16
      try withClassifier(
        """
        model: {family: classifier, backbone: conv, width: 4}
        train: {batch: 4}
        dropout: [{at: "*.post_act", rate: 0.5}]
        metrics: {probes: [neighbor_correlation, mean_activation]}

        """, side: side
      ) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        let x = data.training.floats(in: .unit).map(Double.init)
        let weight = session.values("classifier.block1.conv.weight").map(Double.init)
        let bias = session.values("classifier.block1.conv.bias").map(Double.init)
        // 4×4, stride 2, padding 1.
        func activation(_ n: Int, _ h: Int, _ w: Int, _ c: Int) -> Double {
          var sum = bias[c]
          for dy in 0..<4 {
            for dx in 0..<4 {
              let (y, z) = (2 * h + dy - 1, 2 * w + dx - 1)
              guard (0..<side).contains(y), (0..<side).contains(z) else { continue }
              sum += weight[(c * 4 + dy) * 4 + dx] * x[(n * side + y) * side + z]
            }
          }
          return max(0, sum)
        }
        let sizes = [data.training.count, 8, 8, 4]
        let changing = (0..<4).filter { c in
          (0..<sizes[0]).contains { n in
            (0..<64).contains { activation(n, $0 / 8, $0 % 8, c) != activation(0, 0, 0, c) }
          }
        }
        let expected = naive(activation, sizes, channels: changing)
        let found = Dictionary(
          try Measuring(session, data).quickValues(), uniquingKeysWith: { a, _ in a })
        let parts = try (1...2).map {
          try #require(found["neighbor_correlation/classifier.block\($0).post_act"])
        }
        #expect(abs(parts[0] - expected) < 1e-4, "\(parts[0]) \(expected)")
        #expect(
          try abs(#require(found["neighbor_correlation"]) - (parts[0] + parts[1]) / 2) < 1e-12)
        #expect(found["mean_activation"] != nil)
      }
    }
  }
}
