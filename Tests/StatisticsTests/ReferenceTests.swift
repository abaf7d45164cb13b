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
      let interval = try #require(Interval(ofMean: sample.values))
      #expect(isClose(interval.lower, sample.t[0]) && isClose(interval.upper, sample.t[1]))
    }
  }

  @Test func signFlips() {
    for sample in reference.samples {
      #expect(SignFlip.p(sample.values).map { isClose($0, sample.sign_flip) } == true)
    }
  }

  /// Families of comparisons that share seeds, of which some lack one.
  @Test func stepDowns() {
    for family in reference.families {
      let rows = family.differences.map { row in
        row.enumerated().reduce(into: [Int: Double]()) { found, value in
          found[value.offset] = value.element
        }
      }
      #expect(zip(SignFlip.stepDown(rows), family.corrected).allSatisfy { isClose($0, $1) })
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
}
