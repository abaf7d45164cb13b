import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Shares from Beta(α, α).
  @Suite struct SymmetricBetaTests {
    private func values(_ alpha: Double, _ count: Int = 40_000, step: UInt64 = 0) -> [Double] {
      var values = [Float](repeating: -1, count: count)
      values.withUnsafeMutableBufferPointer {
        SymmetricBeta(alpha, stream: "x", seed: 3).fill($0, step: step)
      }
      return values.map(Double.init)
    }

    @Test(arguments: [0.1, 0.2, 0.5, 1, 2, 40, 1e6]) func momentsAreThoseOfBeta(_ alpha: Double) {
      let values = values(alpha)
      let count = Double(values.count)
      #expect(values.allSatisfy { (0...1).contains($0) })
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / count
      let fourth =
        values.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) * ($1 - 0.5) * ($1 - 0.5) } / count
      let exact = 1 / (4 * (2 * alpha + 1))
      let exactFourth = 3 / (16 * (2 * alpha + 1) * (2 * alpha + 3))
      // Five standard errors.
      #expect(abs(mean - 0.5) < 5 * (exact / count).squareRoot())
      #expect(abs(variance - exact) < 5 * ((exactFourth - exact * exact) / count).squareRoot())
      #expect(abs(fourth - exactFourth) < 0.06 * exactFourth)
    }

    @Test func betaOfOneIsUniform() {
      let sorted = values(1).sorted()
      let worst = sorted.enumerated().map { abs($1 - Double($0) / Double(sorted.count)) }.max()
      #expect(worst ?? 1 < 1.95 / Double(sorted.count).squareRoot())
    }

    @Test func theSmallestShareIsAllOrNothing() {
      let values = values(0.001, 1000)
      #expect(values.allSatisfy { $0 < 1e-6 || $0 > 1 - 1e-6 || (0...1).contains($0) })
      #expect(values.count { $0 > 0.01 && $0 < 0.99 } < 30)
      #expect((300...700).contains(values.count { $0 > 0.5 }))
    }

    @Test func aValueIsAFunctionOfSeedStreamAndStep() {
      #expect(values(0.3, 64, step: 7) == values(0.3, 64, step: 7))
      #expect(values(0.3, 64, step: 7) != values(0.3, 64, step: 8))
      // The first values do not depend on how many are drawn.
      #expect(Array(values(0.3, 64, step: 7).prefix(10)) == values(0.3, 10, step: 7))
    }
  }
}
