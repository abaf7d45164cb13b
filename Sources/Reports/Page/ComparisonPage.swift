internal import Complaints
internal import Foundation
internal import Records
internal import Statistics

/// A page that compares two results folders by their arms of the same name, on the primary metrics of the
/// first folder.
struct ComparisonPage {
  private let a, b: Figures
  private let folders: (a: ResultsFolder, b: ResultsFolder)

  init(_ a: ResultsFolder, _ b: ResultsFolder) throws {
    self.a = try Figures(reading: a)
    self.b = try Figures(reading: b)
    folders = (a, b)
  }

  /// Pairs of arms with the same name.
  private var shared: [(a: ArmFigures, b: ArmFigures)] {
    a.arms.compactMap { arm in b.arm(arm.arm.name).map { (arm, $0) } }
  }

  /// The page.
  ///
  /// - Throws: `InputError` when no arm is in both folders.
  func text(mediaBytes: Int) throws -> String {
    guard !shared.isEmpty else {
      throw InputError(
        SourcePlace(file: folders.b.url.path),
        expected:
          "an arm of \(folders.a.url.path) (\(a.arms.map(\.arm.name).joined(separator: ", ")))",
        found: b.arms.map(\.arm.name).joined(separator: ", "))
    }
    var media = Media(budget: mediaBytes)
    return Page(
      title: "\(names.a) and \(names.b)", heading: "\(names.a) beside \(names.b)",
      lead:
        "A: \(names.a), \(Wording.counts(a.trials)). B: \(names.b), \(Wording.counts(b.trials)).",
      html: warnings.map { HTML.paragraph($0, style: "warning") }.joined() + table + gallery(&media)
    ).text
  }

  /// Warnings about data, programs or machines that differ between the two folders.
  private var warnings: [String] {
    func finished(_ arm: ArmFigures) -> [TrialFigures] {
      arm.trials.filter { $0.state == .finished }
    }
    return Circumstances.differences(
      shared.flatMap { finished($0.a) }, shared.flatMap { finished($0.b) })
  }

  /// Names of the experiments, or of the folders where the experiments have the same name.
  private var names: (a: String, b: String) {
    a.plan.name == b.plan.name
      ? (folders.a.url.lastPathComponent, folders.b.url.lastPathComponent)
      : (a.plan.name, b.plan.name)
  }

  /// Rows of the table: differences of B from A, with p corrected by Holm over all rows.
  var rows: [[HTML.Cell]] {
    let pairs = shared.flatMap { arms in
      a.plan.primaryMetrics.compactMap { key in
        arms.a.metrics[key].flatMap { a in
          arms.b.metrics[key].map { (arms.a.arm.name, key, a, $0) }
        }
      }
    }
    let compared = pairs.map { _, key, a, b in comparison(key, a, b) }
    // Rows without shared seeds are no tests, and do not count in the correction.
    let tested = compared.indices.filter { compared[$0]?.signFlipP != nil }
    let corrected = Dictionary(
      uniqueKeysWithValues: zip(tested, holm(tested.compactMap { compared[$0]?.signFlipP })))
    return compared.indices.map { row in
      let ((arm, key, a, b), paired) = (pairs[row], compared[row])
      return [
        .text(arm), .text(key), .number(a.mean), .count(a.values.count),
        .number(b.mean), .count(b.values.count),
        .count(paired?.differences.count ?? 0),
        .number(paired?.mean), .number(paired?.interval?.lower), .number(paired?.interval?.upper),
        .number(paired?.signFlipP), .number(corrected[row]),
        .text(paired?.verdict(correctedP: corrected[row]).rawValue ?? "no shared seeds"),
      ]
    }
  }

  private func comparison(_ key: String, _ a: ArmMetric, _ b: ArmMetric) -> PairedComparison? {
    let base = Dictionary(a.values.map { ($0.seed, $0.value) }, uniquingKeysWith: { x, _ in x })
    let differences = b.values.compactMap { own in base[own.seed].map { own.value - $0 } }
    guard !differences.isEmpty, let higherIsBetter = self.a.higherIsBetter(key) else { return nil }
    return PairedComparison(differences, higherIsBetter: higherIsBetter)
  }

  private var table: String {
    HTML.section(
      "differences", "B minus A, by seed",
      html: HTML.table(
        "Means over seeds, and differences of the seeds that both have",
        [
          "arm", "metric", "A", "seeds A", "B", "seeds B", "shared", "difference", "95% low",
          "95% high", "p", "corrected p", "B is",
        ], rows: rows))
  }

  private func gallery(_ media: inout Media) -> String {
    var html = ""
    for arms in shared {
      for (name, arm, folder) in [("A", arms.a, folders.a), ("B", arms.b, folders.b)] {
        guard let trial = arm.example, let sheet = trial.lastSheet,
          let address = media.address(sheet, in: folder)
        else { continue }
        let caption = "\(name): \(arm.arm.name), seed \(trial.trial.seed)"
        html += HTML.figure(
          html: "<img src=\"\(address)\" alt=\"Samples of \(escaped(caption))\">", caption: caption)
      }
    }
    return HTML.section(
      "samples", "Samples", html: html.isEmpty ? "" : "<div class=\"gallery\">\(html)</div>")
  }
}
