internal import Kernels
import Testing

/// Statistics of random numbers. Bounds are six standard errors, which a wrong scale, a wrong offset or
/// repeated values exceed many times over.
@Suite struct PhiloxStatisticsTests {
  enum Sample: CaseIterable {
    case uniform, uniform16

    static let count = 1 << 20
    private static let fine = Stream(seed: 42, id: 1, step: 0).uniform(0, count)
    private static let coarse = Stream(seed: 42, id: 1, step: 0).uniform16(0, count)

    var values: [Float] { self == .uniform ? Self.fine : Self.coarse }
  }

  @Test(arguments: Sample.allCases)
  func momentsAreUniform(sample: Sample) {
    let n = Double(Sample.count)
    var (mean, variance) = (0.0, 0.0)
    for x in sample.values {
      mean += Double(x) / n
      variance += (Double(x) - 0.5) * (Double(x) - 0.5) / n
    }
    #expect(abs(mean - 0.5) < 6 * (1 / (12 * n)).squareRoot())
    #expect(abs(variance - 1.0 / 12) < 6 * (1 / (180 * n)).squareRoot())
  }

  @Test(arguments: Sample.allCases)
  func binsAreFilledEvenly(sample: Sample) {
    var bins = [Double](repeating: 0, count: 256)
    for x in sample.values { bins[Int(x * 256)] += 1 }
    let expected = Double(Sample.count) / 256
    var chiSquare = 0.0
    for bin in bins { chiSquare += (bin - expected) * (bin - expected) / expected }
    #expect(abs(chiSquare - 255) < 6 * (2 * 255.0).squareRoot())
  }

  @Test(arguments: Sample.allCases)
  func valuesLieStrictlyBetweenZeroAndOne(sample: Sample) {
    #expect(sample.values.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(sample.values.contains { $0 < 1e-4 } && sample.values.contains { $0 > 1 - 1e-4 })
  }

  /// Correlations at the lags that separate words of one counter, halves of one word, and neighbouring
  /// groups in the layout.
  @Test(arguments: Sample.allCases, [1, 2, 63, 64, 65, 128, 192, 256])
  func elementsAreUncorrelated(sample: Sample, lag: Int) {
    let values = sample.values
    var covariance = 0.0
    for i in lag..<values.count {
      covariance += (Double(values[i]) - 0.5) * (Double(values[i - lag]) - 0.5)
    }
    #expect(abs(covariance * 12) < 6 * Double(Sample.count).squareRoot())
  }
}
