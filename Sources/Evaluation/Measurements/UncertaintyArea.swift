internal import Glossary
internal import Scores
internal import Specification
internal import Statistics
internal import Layers
internal import Training
internal import Experiments
internal import Models
internal import Foundation
internal import Metrics
internal import Records

/// Area under the receiver operating characteristic for telling wrong answers of a detector or classifier
/// from right ones by the entropy of the mean prediction over masks.
final class UncertaintyArea: SingleMeasurement {
  let key = "uncertainty_auc"
  let meaning = Meaning(
    "Probability that a wrong answer has a higher entropy over dropout masks than a right one",
    .gal2016a)
  let aspect = MetricAspect.uncertainty
  let better: MetricDirection? = .higher

  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score {
    let (session, held) = (subject.session, try subject.heldOut())
    guard session.dropout.drops(in: session.model.product.role.rawValue) else {
      throw Unavailable("needs dropout, whose masks can be drawn")
    }
    let plain = try subject.predictions(of: held)
    let masks = try Predictor(
      subject.inference, dropout: .meanOf(subject.experiment.metrics.masks))
    let drawn = try Predictions(masks(held.values), labels: held.labels, classes: masks.outputs)
    func entropies(_ predictions: Predictions, right: Bool) -> [Double] {
      (0..<predictions.count).filter { predictions.isRight($0) == right }.map(predictions.entropy)
    }
    let (wrong, right) = (entropies(drawn, right: false), entropies(drawn, right: true))
    guard !wrong.isEmpty, !right.isEmpty else {
      throw Unavailable("needs wrong and right answers, found \(wrong.count) and \(right.count)")
    }
    let area = AreaUnderCurve.area(wrong, over: right)
    var extra = [
      "entropy_wrong": mean(wrong), "entropy_right": mean(right),
      "accuracy_of_mean": 1 - Double(wrong.count) / Double(wrong.count + right.count),
    ]
    let (plainWrong, plainRight) = (entropies(plain, right: false), entropies(plain, right: true))
    if !plainWrong.isEmpty, !plainRight.isEmpty {
      extra["without_masks"] = AreaUnderCurve.area(plainWrong, over: plainRight).area
    }
    return Score(area.area, spread: area.variance.squareRoot(), extra: extra)
  }
}
