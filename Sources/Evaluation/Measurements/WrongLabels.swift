internal import Glossary
internal import Datasets
internal import Metrics
internal import Records
internal import Scores
internal import Training

/// How much of the wrong labels of `data.wrong_labels` a classifier has memorised: `wrong_labels_learned`, the share of
/// these examples to which it gives the wrong class that they were trained with, and `wrong_labels_corrected`, the
/// share to which it gives their own.
///
/// The null of the first is the share of held-out examples to which the network gives a wrong class that was chosen in
/// the same way and that it has never seen with them; that of the second is its accuracy on held-out examples.
final class WrongLabels: UndividedMeasurement {
  private static let learned = MeasuredNumber(
    "wrong_labels_learned", .memorization, .lower,
    Meaning("Share of training examples with a wrong label to which the network gives that label"))
  private static let corrected = MeasuredNumber(
    "wrong_labels_corrected", .performance, .higher,
    Meaning(
      "Share of training examples with a wrong label to which the network gives their own class"))
  let numbers = [learned, corrected]

  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    let data = subject.data
    let examples = data.training.part(data.mislabelled.map(\.index))
    let seen = try subject.predictions(
      of: LabelledValues(examples, seenBy: subject.session.codec))
    let others = try subject.predictions(of: subject.heldOut())
    let chosen = Dataset.otherClasses(
      of: others.labels, classes: others.classes, stream: "labels/null")
    func entry(
      _ number: MeasuredNumber, _ given: Predictions, null: Predictions
    ) throws -> MetricEntry {
      MetricEntry(
        number, .success(try Accuracy().score(given)), null: try Accuracy().score(null))
    }
    return try [
      entry(Self.learned, seen, null: others.labelled(chosen)),
      entry(Self.corrected, seen.labelled(data.mislabelled.map(\.ownClass)), null: others),
    ]
  }
}

extension Predictions {
  /// The same probabilities beside other classes.
  fileprivate func labelled(_ labels: [Int]) throws -> Predictions {
    try Predictions(probabilities, labels: labels, classes: classes)
  }
}
