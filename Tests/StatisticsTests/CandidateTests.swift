import Statistics
import Testing

@Suite struct CandidateTests {
  @Test func theBestMeanIsChosen() {
    let values: [[Double?]] = [[1, 2], [3, 1], [2, 2]]
    #expect(bestCandidate(among: values, higherIsBetter: false) == 0)
    // Of equal ones the first.
    #expect(bestCandidate(among: values, higherIsBetter: true) == 1)
  }

  /// A candidate of which seeds failed is chosen only where none has all of them.
  @Test func failedSeedsComeLast() {
    #expect(bestCandidate(among: [[9, nil], [1, 1]], higherIsBetter: true) == 1)
    #expect(bestCandidate(among: [[9, nil], [1, nil], [nil, nil]], higherIsBetter: true) == 0)
    #expect(bestCandidate(among: [[nil], [nil]], higherIsBetter: true) == nil)
    #expect(bestCandidate(among: [], higherIsBetter: true) == nil)
  }

  /// A seed has no part in the choice that it is measured with.
  @Test func everySeedIsChosenForByTheOthers() {
    let arms = [[0: 10.0, 1: 0, 2: 0], [0: 1, 1: 1, 2: 1]]
    #expect(bestOfOtherSeeds(among: arms, higherIsBetter: true) == [0: 1, 1: 0, 2: 0])
    #expect(bestOfOtherSeeds(among: arms, higherIsBetter: false) == [0: 0, 1: 1, 2: 1])
    // Seeds that an arm lacks are left out; one seed alone cannot be chosen for.
    #expect(
      bestOfOtherSeeds(among: [[0: 1, 1: 2, 2: 3], [1: 1, 2: 1]], higherIsBetter: true).count == 2)
    #expect(bestOfOtherSeeds(among: [[0: 1, 1: 2], [1: 1]], higherIsBetter: true).isEmpty)
    #expect(bestOfOtherSeeds(among: [], higherIsBetter: true).isEmpty)
  }
}
