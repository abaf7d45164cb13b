internal import Experiments
internal import Foundation
internal import Records

/// `report.html`, a page that loads no other file.
struct Page {
  private let title: String
  private let heading: String
  private let lead: String
  private let answer: String?
  private let body: String

  /// The report of a results folder.
  init(_ figures: Figures, in results: ResultsFolder, mediaBytes: Int) {
    let charts = ChartSection(figures)
    var media = Media(budget: mediaBytes)
    title = figures.plan.name
    heading =
      figures.claim?.claim.says ?? figures.question
      ?? "\(figures.plan.name): what does dropout do?"
    lead = [
      "\(figures.plan.name). \(Wording.counts(figures.trials)).", Wording.set(figures.trials),
      figures.tuning.map(Wording.tuning),
      Wording.sequence(figures.plan),
    ].compactMap(\.self).joined(separator: " ")
    answer = Answer(figures: figures).text
    let collapse = Wording.collapse(figures).map { HTML.paragraph($0, style: "warning") } ?? ""
    body =
      collapse + ClaimSection(claim: figures.claim, purpose: figures.question).html
      + "<div class=\"first\">\(FindingsSection(figures: figures).html)\(charts.response)</div>"
      + TuningSection(figures: figures).html + AveragingSection(figures: figures).html
      + TableSection(figures: figures).html + MeaningSection(figures: figures).html
      + ClassSection(figures: figures).html
      + GallerySection(figures: figures, results: results).html(&media)
      + TrainingSection(figures: figures).html
      + TrialsSection(figures: figures).html
  }

  /// Makes a page of other parts.
  init(title: String, heading: String, lead: String, html body: String) {
    (self.title, self.heading, self.lead, self.body) = (title, heading, lead, body)
    answer = nil
  }

  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(escaped(title))</title>
    <link rel="icon" href="data:,">
    <style id="chart-style">\(chartStyle)</style>
    <style>\(pageStyle)</style>
    </head>
    <body>
    <a class="skip" href="#main">To the findings</a>
    <header><p class="name">\(escaped(lead))</p><h1>\(escaped(heading))</h1>
    \(answer.map { HTML.paragraph($0, style: "answer") } ?? "")
    <nav aria-label="Sections"><ul>\(menu)</ul></nav></header>
    <main id="main">
    \(body)
    </main>
    <footer><p>Made by Lethe.</p></footer>
    <div id="tip" role="status" aria-live="off" hidden></div>
    <dialog id="enlarged" aria-label="Enlarged picture"></dialog>
    <script>\(pageScript)\(choiceScript)\(exportScript)</script>
    </body>
    </html>

    """
  }

  /// Links to the page's sections.
  private var menu: String {
    body.matches(of: /<h2 id="([a-z]+)-heading">([^<]*)<\/h2>/)
      .map { "<li><a href=\"#\($0.1)\">\($0.2)</a></li>" }.joined()
  }
}
