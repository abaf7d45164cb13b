internal import Experiments
internal import ArgumentParser
internal import Datasets
internal import Foundation
internal import Records
internal import Reports
internal import Evaluation
internal import Training
internal import Trials

/// `lethe check`: validates an experiment and prints what it will do.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Validate an experiment file and print its plan.")

  @OptionGroup var options: ExperimentOptions
  @OptionGroup var selection: SweepOptions
  @OptionGroup var machine: ThreadOptions

  @Option(
    help:
      "A results folder whose spread over seeds tells how large effects, and those of a claim, must be to be found.",
    completion: .directory)
  var pilot: String?

  @Flag(help: "Print the plan as JSON.")
  var json = false

  @Flag(help: "Print the compiled training step too.")
  var program = false

  func run() throws {
    try machine.checkMemory()
    let experiment = try options.load()
    try experiment.checkModel()
    let data = try loadData(experiment, telling: false)
    let news = data.news()
    if experiment.trainer != nil { return try tell(experiment, data) }
    let session = try TrainingSession(experiment, data, threads: machine.threads)
    var plan = try Plan(session, data)
    let spread = try pilot.map {
      try PilotSpread(
        reading: ResultsFolder(URL(fileURLWithPath: $0, isDirectory: true)), for: experiment.claim)
    }
    let ablation = try experiment.ablation.map { _ in
      try AblationPlan(experiment, options, selection, data, pilot: spread)
    }
    if ablation == nil { plan.warnings += experiment.missingValues(for: data) }
    if json { return try printJSON(Document(data: .init(data), plan: plan, ablation: ablation)) }
    print(
      "\(experiment.name): \(data.text)\n"
    )
    if let form = plan.form { print(form + "\n") }
    for line in news { print(line) }
    print(layerTable(plan))
    print(siteTable(plan))
    if !plan.augment.isEmpty { print(augmentTable(plan)) }
    print(ablation?.text ?? singleTrial(experiment, plan))
    for warning in plan.warnings + (ablation?.warnings ?? []) { print("warning: \(warning)") }
    if program { print("\n" + session.plan) }
  }

  /// Prints the plan of an experiment whose models another program trains.
  private func tell(_ experiment: Experiment, _ data: Dataset) throws {
    guard !program else {
      throw ValidationError("--program: expected a model that is trained here, found trainer")
    }
    let spread = try pilot.map {
      try PilotSpread(
        reading: ResultsFolder(URL(fileURLWithPath: $0, isDirectory: true)), for: experiment.claim)
    }
    let ablation = try experiment.ablation.map { _ in
      try AblationPlan(experiment, options, selection, data, pilot: spread)
    }
    let warnings = ablation?.warnings ?? experiment.missingValues(for: data)
    if json {
      return try printJSON(
        TrainerDocument(data: .init(data), ablation: ablation, warnings: warnings))
    }
    print("\(experiment.name): \(data.text)\n")
    for line in data.news() { print(line) }
    let words = experiment.trainer?.command.map(\.text) ?? []
    print("each trial runs \(words.joined(separator: " "))\n")
    print(ablation?.text ?? "1 trial")
    for warning in warnings { print("warning: \(warning)") }
  }

  /// The JSON document where another program trains.
  private struct TrainerDocument: Encodable {
    let data: DataDocument
    let ablation: AblationPlan?
    let warnings: [String]
  }

  private func singleTrial(_ experiment: Experiment, _ plan: Plan) -> String {
    "1 trial of \(experiment.train.steps) steps; about "
      + "\((Double(plan.memoryBytes) / 1e6).formatted(2)) MB and "
      + "\(durationText(plan.seconds)) on \(machine.threads) threads"
  }

  /// The part of the JSON document about the data: numbers of examples, notes and skipped files.
  private struct DataDocument: Encodable {
    struct Skipped: Encodable { let file, problem: String }

    let training, held_out: Int
    let test: Int?
    let canaries: Int?
    let notes: [String]
    let skipped: [Skipped]

    init(_ data: Dataset) {
      (training, held_out, test) = (data.training.count, data.holdout.count, data.test?.count)
      canaries = data.canaries?.planted
      notes = data.notes
      skipped = data.skipped.map { Skipped(file: $0.file, problem: $0.problem) }
    }
  }

  /// The JSON document: the keys of the model's plan, with `data` and `ablation` beside them.
  private struct Document: Encodable {
    let data: DataDocument
    let plan: Plan
    let ablation: AblationPlan?

    private enum CodingKeys: CodingKey {
      case data, ablation
    }

    func encode(to encoder: any Encoder) throws {
      try plan.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(data, forKey: .data)
      try container.encodeIfPresent(ablation, forKey: .ablation)
    }
  }

  private func layerTable(_ plan: Plan) -> String {
    // Copies of a network have the same layers as the first one, so only the first is listed.
    let rows = plan.layers.filter { !$0.layer.contains("#") }.map { layer in
      let tensors = layer.tensors.map { tensor in
        let name = tensor.name.dropFirst(layer.layer.count + 1)
        return "\(name) \(tensor.shape)"
      }
      return [
        layer.layer, "\(layer.shape)", "\(layer.parameters)",
        tensors.joined(separator: ", ")
          + (layer.steps > 1 ? ", shared by \(layer.steps) steps" : ""),
      ]
    }
    let copies = Set(
      plan.layers.map { $0.layer.prefix { $0 != "." } }.filter { $0.contains("#") }
    ).count
    return table(["layer", "shape", "parameters", "tensors"], rows)
      + (copies > 0 ? "discriminator#2 … discriminator#\(copies + 1) are like discriminator\n" : "")
      + "\(plan.parameters) parameters\n"
  }

  private func siteTable(_ plan: Plan) -> String {
    let rows = plan.sites.map { site in
      [
        site.site, site.axes.dropFirst().joined(separator: " "), "\(site.shape)",
        site.dropout.map(placementText) ?? "–", site.dropout.map { "\($0.mask)" } ?? "",
        site.dropout.map { drawsText($0.draws, $0.drawnFor) } ?? "",
      ]
    }
    return table(["dropout site", "axes", "shape", "placed", "mask", "drawn in a step"], rows)
  }

  private func augmentTable(_ plan: Plan) -> String {
    table(
      ["augmentation", "drawn in a step"],
      plan.augment.map { [$0.name, drawsText($0.draws, "pass")] })
  }
}
