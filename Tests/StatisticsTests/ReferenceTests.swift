import Statistics
import Testing

/// Compares with SciPy's values on random inputs; see `Fixtures/make.py`.
@Suite struct ReferenceTests {
  let reference: Reference

  init() throws { reference = try Reference.load() }

  @Test func interquartileMeans() {
    for sample in reference.samples {
      #expect(isClose(interquartileMean(sample.values), sample.iqm))
    }
  }

  @Test func pairedTIntervals() throws {
    for sample in reference.samples {
      let interval = try #require(tInterval(of: sample.values))
      #expect(isClose(interval.lower, sample.t[0]) && isClose(interval.upper, sample.t[1]))
    }
  }

  @Test func signFlips() {
    for sample in reference.samples {
      #expect(SignFlip.p(sample.values).map { isClose($0, sample.sign_flip) } == true)
    }
  }

  @Test func corrections() {
    for correction in reference.corrections {
      #expect(zip(holm(correction.p), correction.holm).allSatisfy { isClose($0, $1) })
      #expect(zip(benjaminiHochberg(correction.p), correction.bh).allSatisfy { isClose($0, $1) })
    }
  }

  @Test func quantiles() {
    for row in reference.t_quantiles {
      #expect(isClose(StudentT.quantile(row[0], degrees: row[1]), row[2], 1e-9))
    }
    for row in reference.normal_quantiles {
      #expect(isClose(Normal.quantile(row[0]), row[1]))
    }
  }

  /// With all resamples enumerated, nothing is random and intervals are exact.
  @Test func bcaOfAllResamples() {
    for sample in reference.enumerated {
      let interval = BCa.interval(
        observed: sample.observed, drawn: sample.drawn, jackknife: sample.jackknife,
        confidence: 0.95)
      #expect(isClose(interval.lower, sample.interval[0]))
      #expect(isClose(interval.upper, sample.interval[1]))
    }
  }

  /// Ends of random bootstraps differ from run to run. The tolerance is six standard deviations of SciPy's own
  /// runs, plus a hundredth of the interval, since eight runs estimate that deviation only roughly.
  @Test func bcaOfRandomResamples() throws {
    for sample in reference.samples {
      let interval = try #require(BCa.interval(of: sample.values))
      let width = sample.bca.interval[1] - sample.bca.interval[0]
      for (end, index) in [(interval.lower, 0), (interval.upper, 1)] {
        let tolerance = 6 * sample.bca.spread[index] + 0.01 * width
        #expect(
          abs(end - sample.bca.interval[index]) <= tolerance,
          "n = \(sample.values.count): \(end), SciPy \(sample.bca.interval[index])")
      }
    }
  }
}
