import Statistics
import Testing

@Suite struct IntervalTests {
  @Test func zeroOnAnEndIsNotExcluded() {
    #expect(!Interval(0, 1).excludesZero)
    #expect(Interval(0.1, 1).excludesZero)
    #expect(Interval(-2, -1).excludesZero)
  }
}
