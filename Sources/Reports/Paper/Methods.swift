internal import Specification
internal import Experiments
internal import Glossary
internal import Records
internal import Statistics

/// How the numbers of a report were made, in words: arms, data, metrics, tests, programs.
struct Methods {
  private let figures: Figures

  init(_ figures: Figures) { self.figures = figures }

  /// The papers of exactly the metrics, methods and tests that the report has, in the order in which the paragraph cites
  /// them.
  var sources: [Citation] {
    let all =
      figures.glossary.methods.flatMap(\.meaning.sources)
      + figures.keys.flatMap { figures.glossary.metrics[$0]?.sources ?? [] }
      + tests.flatMap(\.sources)
    return all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The sources as BibTeX.
  var bibliography: String { sources.map(\.bibTeX).joined(separator: "\n") }

  /// The paragraph, as LaTeX.
  var paragraph: String {
    let sentences = [arms, methods, metrics].compactMap(\.self)
    return (sentences + tests.map { $0.sentence } + [programs].compactMap(\.self))
      .joined(separator: "\n")
  }

  // MARK: Sentences

  private var arms: String {
    let seeds = Set(figures.trials.map(\.trial.seed)).count
    let finished = figures.trials.count { $0.state == .finished }
    return
      "The ablation \(LaTeX.escaped(figures.plan.name)) has \(figures.arms.count) arms and \(seeds) seeds; "
      + "\(finished) of its \(figures.trials.count) trials are finished."
      + (figures.experiment.map { " " + LaTeX.escaped(model($0)) } ?? "")
  }

  /// What is trained on what, in a sentence.
  private func model(_ experiment: Experiment) -> String {
    let kind = experiment.data.kind == .images ? "images" : "sounds"
    if experiment.trainer != nil {
      return "Models of \(kind) were trained by a program of its own."
    }
    let told = ["model.family", "model.backbone", "train.steps", "train.batch"]
    let changed = Set(figures.plan.arms.flatMap(\.overrides).map { "\($0.key)" })
    let exception = changed.isDisjoint(with: told) ? "" : ", where arms do not change it"
    return "Models are of the family \(experiment.model.family.rawValue), with the backbone "
      + "\(experiment.model.backbone.rawValue), of \(kind), trained for \(experiment.train.steps) steps of "
      + "\(experiment.train.batch) examples\(exception)."
  }

  private var methods: String? {
    let named = figures.glossary.methods.map { name, meaning in
      LaTeX.escaped(name) + " (" + LaTeX.escaped(meaning.text.loweringFirst) + ")" + cite(meaning)
    }
    return named.isEmpty
      ? nil : "What arms differ in, or have in common: \(named.joined(separator: ", "))."
  }

  private var metrics: String? {
    let named = figures.plan.primaryMetrics.filter(figures.keys.contains).map { key in
      guard let meaning = figures.glossary.metrics[key] else { return LaTeX.escaped(key) }
      return LaTeX.escaped(key) + " (" + LaTeX.escaped(meaning.text.loweringFirst) + ")"
        + cite(meaning)
    }
    guard !named.isEmpty else { return nil }
    let others = figures.keys.filter { !figures.plan.primaryMetrics.contains($0) }.map { key in
      LaTeX.escaped(key) + (figures.glossary.metrics[key].map(cite) ?? "")
    }
    return "Primary metrics are \(named.joined(separator: " and "))."
      + (others.isEmpty ? "" : " Exploratory ones are \(others.joined(separator: ", ")).")
      + (Wording.set(figures.trials).map { " " + LaTeX.escaped($0) } ?? "")
  }

  private func cite(_ meaning: Meaning) -> String { LaTeX.cite(meaning.sources.map(\.key)) }

  /// The tests that the report has, each in a sentence with its papers.
  private var tests: [(sentence: String, sources: [Citation])] {
    let comparisons = figures.arms.flatMap { arm in arm.metrics.values.compactMap(\.comparison) }
    var tests: [(String, [Citation])] = []
    func add(_ text: String, _ sources: Citation...) {
      tests.append((text + LaTeX.cite(sources.map(\.key)) + ".", sources))
    }
    if !comparisons.isEmpty {
      add(
        "Arms are compared with their control by seed, with the exact sign-flip test", .fisher1935)
    }
    if comparisons.contains(where: { !$0.isExploratory }) {
      add(
        "The p values of primary metrics are corrected over all arms by the step-down max-T test",
        .westfall1993)
    }
    if comparisons.contains(where: \.isExploratory) {
      add("Those of other metrics are corrected by the false discovery rate", .benjamini1995)
    }
    if figures.plan.sequence != nil {
      add(
        "Seeds were added until all was decided, at a total error of 5\\%", .mathieu2023, .kim1987)
    }
    if figures.arms.contains(where: { $0.overTraining != nil }) {
      add("Medians of onsets are by the product-limit estimate", .kaplan1958)
    }
    if figures.arms.contains(where: { $0.overTraining?.comparison != nil }) {
      add(
        "Onsets are compared by the exact log-rank test, corrected by Holm", .mantel1966, .holm1979)
    }
    if figures.claim != nil {
      add(
        "Criteria of the claim are tested by the sign-flip test, corrected by Holm", .fisher1935,
        .holm1979)
    }
    return tests
  }

  private var programs: String? {
    let facts = figures.origins.filter { !$0.name.hasPrefix("data: ") }
    guard !facts.isEmpty else { return nil }
    let named = facts.map { "\($0.name) \($0.values.joined(separator: " and "))" }
    return LaTeX.escaped("Programs and machines: \(named.joined(separator: ", ")).")
  }
}

extension String {
  /// The text as the rest of a sentence: `Zeroes weights` becomes `zeroes weights`.
  fileprivate var loweringFirst: String { prefix(1).lowercased() + dropFirst() }
}
