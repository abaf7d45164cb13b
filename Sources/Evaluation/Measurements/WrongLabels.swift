internal import Datasets
internal import Foundation
internal import Metrics
internal import Records
internal import Scores
internal import Training

/// How much of the wrong labels of `data.wrong_labels` a classifier has memorised: `wrong_labels_learned`, the share of these
/// examples to which it gives the wrong class that they were trained with, and `wrong_labels_corrected`, the share to which it
/// gives their own.
///
/// The null of the first is the share of held-out examples to which the network gives a wrong class that was chosen in the same
/// way and that it has never seen with them; that of the second is its accuracy on held-out examples.
final class WrongLabels: UndividedMeasurement {
  let keys = ["wrong_labels_learned", "wrong_labels_corrected"]

  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    let data = subject.data
    let examples = data.training.part(data.mislabelled.map(\.index))
    let own = data.mislabelled.map(\.ownClass)
    let seen = try predictedClasses(of: examples, subject)
    let others = try subject.heldOut()
    let predictions = try subject.predictions(of: others)
    let guesses = (0..<predictions.count).map(predictions.prediction)
    let chosen = Dataset.otherClasses(
      of: predictions.labels, classes: predictions.classes, stream: "labels/null")
    return [
      MetricEntry(
        key: keys[0], aspect: .memorization, better: .lower,
        value: share(seen, examples.labels), null: try? share(guesses, chosen).get()),
      MetricEntry(
        key: keys[1], aspect: .performance, better: .higher,
        value: share(seen, own), null: try? share(guesses, predictions.labels).get()),
    ]
  }

  private func predictedClasses(of examples: Examples, _ subject: Subject) throws -> [Int] {
    let predictions = try subject.predictions(
      of: LabelledValues(examples, seenBy: subject.session.codec))
    return (0..<predictions.count).map(predictions.prediction)
  }

  /// The share of equal classes, with its standard deviation.
  private func share(_ a: [Int], _ b: [Int]) -> Result<Score, Unavailable> {
    guard !a.isEmpty else { return .failure(Unavailable("there are no such examples")) }
    let share = Double(zip(a, b).count(where: ==)) / Double(a.count)
    return .success(Score(share, spread: (share * (1 - share) / Double(a.count)).squareRoot()))
  }
}
