internal import Experiments
internal import Records
internal import Statistics

/// The claim of an experiment, with the tests of its criteria.
struct ClaimSection {
  let claim: ClaimFigures?
  /// The first paragraph of the comment that opens the experiment file.
  let purpose: String?

  var html: String {
    guard let claim else { return "" }
    let style =
      switch claim.verdict {
      case .reproduced: "better"
      case .notReproduced: "worse"
      case .inconclusive, .notTestable: "inconclusive"
      }
    let untested = Wording.untested(claim).map { HTML.paragraph($0, style: "warning") }.joined()
    let chart = ClaimChart(claim).svg.map { "<div class=\"single\">\($0.text)</div>" } ?? ""
    return HTML.section(
      "claim", "The claim",
      html: (purpose.map { HTML.paragraph($0) } ?? "")
        + HTML.paragraph("Source: \(claim.claim.source).", style: "note")
        + "<p><span class=\"verdict \(style)\">\(escaped(claim.verdict.rawValue))</span></p>"
        + untested + chart
        + HTML.table(
          "What was to be seen for it to be reproduced, decided before the run", Self.headings,
          rows: Self.rows(claim))
        + HTML.paragraph(
          "A criterion holds where the mean lies in the expected range and the p of the exact sign-flip test is below "
            + "0.05; it fails where the mean lies outside and p, corrected by Holm over the criteria, is. The claim is "
            + "reproduced when all hold, and not when one fails. A contrast of 0 in every seed is vacuous and tests "
            + "nothing. Grey is where a contrast was expected, and the hollow mark the effect that the source reports. "
            + Self.power,
          style: "note"))
  }

  /// What the column of that name says.
  static let power =
    "Power is how often a criterion would hold, with as many seeds that vary as these do, if the effect were the "
    + "published one, or where none is published the smallest of interest; of a range around 0, if there were none."

  /// Columns of the table of criteria.
  static let headings = [
    "contrast", "expected", "mean", "95% low", "95% high", "smallest of interest",
    "published", "power", "p", "corrected p", "seeds", "outcome",
  ]

  /// A row of cells for each criterion.
  static func rows(_ claim: ClaimFigures) -> [[HTML.Cell]] {
    claim.criteria.map { criterion in
      let test = criterion.test
      return [
        .text(criterion.contrast), .text(criterion.expectation), .number(test?.mean),
        .number(test?.interval?.lower), .number(test?.interval?.upper),
        .number(criterion.smallest), .number(criterion.published), .number(criterion.power),
        .number(test?.p), .number(criterion.correctedP), .count(criterion.seeds.count),
        .text(criterion.outcome.rawValue),
      ]
    }
  }
}
