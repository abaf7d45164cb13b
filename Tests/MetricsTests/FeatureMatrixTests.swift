import Metrics
import Testing

@Suite struct FeatureMatrixTests {
  @Test func rowsAreTakenInTheOrderGiven() {
    let matrix = FeatureMatrix([1, 2, 3, 4, 5, 6], dimension: 2)
    #expect(matrix.rows([2, 0]).values == [5, 6, 1, 2])
  }

  @Test func firstNonFiniteNamesRowAndColumn() throws {
    let place = try #require(FeatureMatrix([1, 2, 3, .nan], dimension: 2).firstNonFinite)
    #expect(place == (1, 1))
  }
}
