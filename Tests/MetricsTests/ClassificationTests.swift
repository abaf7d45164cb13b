import Scores
import Foundation
import Metrics
import Testing

/// Compares metrics of classifiers with scikit-learn, and of activations with NumPy; see `Fixtures/classification.py`.
@Suite struct ClassificationTests {
  struct Reference: Decodable {
    struct Case: Decodable {
      let classes: Int
      let probabilities: [Double]
      let labels: [Int]
      let accuracy, cross_entropy, calibration_error, auc: Double
      let auc_variance, equal_error_rate: Double?
    }

    struct Matrix: Decodable {
      let columns: Int
      let values: [Double]
      let correlation, rank: Double
    }

    let cases: [Case]
    let matrices: [Matrix]

    init() throws {
      let url = Bundle.module.bundleURL.appending(path: "Fixtures/classification.json")
      self = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
    }
  }

  @Test func equalScikitLearn() throws {
    for test in try Reference().cases {
      let predictions = try Predictions(
        test.probabilities, labels: test.labels, classes: test.classes)
      func near(_ found: Double, _ expected: Double, _ what: String) {
        #expect(abs(found - expected) < 1e-10, "\(what): \(found), expected \(expected)")
      }
      near(try Accuracy().score(predictions).value, test.accuracy, "accuracy")
      near(try CrossEntropyScore().score(predictions).value, test.cross_entropy, "cross-entropy")
      near(
        try CalibrationError().score(predictions).value, test.calibration_error, "calibration")
      let area = try AreaUnderCurve().score(predictions)
      near(area.value, test.auc, "area")
      guard let variance = test.auc_variance, let rate = test.equal_error_rate else { continue }
      near(try #require(area.spread), variance.squareRoot(), "DeLong")
      near(
        try #require(area.extra["low"]), max(0, test.auc - 1.959964 * variance.squareRoot()), "low")
      near(try EqualErrorRate().score(predictions).value, rate, "equal errors")
    }
  }

  @Test func activationsEqualNumPy() throws {
    for matrix in try Reference().matrices {
      let units = try! FeatureMatrix(matrix.values, dimension: matrix.columns)
      #expect(abs(units.meanAbsoluteCorrelation() - matrix.correlation) < 1e-10)
      #expect(abs(try units.effectiveRank() - matrix.rank) < 1e-9)
    }
    #expect(try! FeatureMatrix([1, 2, 1, 3], dimension: 2).meanAbsoluteCorrelation().isNaN)
    #expect(try FeatureMatrix([1, 2, 1, 2], dimension: 2).effectiveRank().isNaN)
  }

  @Test func nothingToTellApart() throws {
    let same = try Predictions([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], labels: [0, 1, 1], classes: 2)
    #expect(try AreaUnderCurve().score(same).value == 0.5)
    #expect(abs(try EqualErrorRate().score(same).value - 0.5) < 1e-15)
    #expect(try Accuracy().score(same).value == 1 / 3.0)
    let one = try Predictions([0.2, 0.8], labels: [1], classes: 2)
    #expect(throws: Unavailable("needs held-out examples of at least 2 classes, found 1")) {
      try AreaUnderCurve().score(one)
    }
    let none = try Predictions([], labels: [], classes: 2)
    #expect(throws: Unavailable.self) { try Accuracy().score(none) }
    // A perfect detector makes no errors, and an inverted one only errors.
    let perfect = try Predictions([0.9, 0.1, 0.3, 0.7], labels: [0, 1], classes: 2)
    let wrong = try Predictions([0.9, 0.1, 0.3, 0.7], labels: [1, 0], classes: 2)
    #expect(try EqualErrorRate().score(perfect).value == 0)
    #expect(try EqualErrorRate().score(wrong).value == 1)
  }

  @Test func entropies() throws {
    let predictions = try Predictions([0.25, 0.25, 0.5, 1, 0, 0], labels: [2, 0], classes: 3)
    #expect(abs(predictions.entropy(0) - 1.5 * log(2)) < 1e-15)
    #expect(predictions.entropy(1) == 0)
    #expect(predictions.prediction(0) == 2 && predictions.isRight(1))
  }

  @Test func probabilitiesThatAreNoNumbersAreNamed() {
    #expect {
      try Predictions([0.5, 0.5, .nan, 1], labels: [0, 1], classes: 2)
    } throws: { error in
      "\(error)" == "a probability of example 1 is nan"
    }
  }
}
