internal import ArgumentParser
internal import Datasets
internal import Records
internal import Training

/// `lethe check`: validates an experiment and prints what it will do.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Validate an experiment file and print its plan.")

  @OptionGroup var options: ExperimentOptions
  @OptionGroup var machine: ThreadOptions

  @Flag(help: "Print the plan as JSON.")
  var json = false

  @Flag(help: "Print the compiled training step too.")
  var program = false

  func run() throws {
    let experiment = try options.load()
    let data = try options.loadData(experiment)
    let session = try TrainingSession(experiment, data, threads: machine.threads)
    let plan = try Plan(session)
    if json { return try printJSON(plan) }
    print(
      "\(experiment.name): \(data.training.count) training examples, \(data.holdout.count) held out\n"
    )
    for note in data.notes { print("note: \(note)") }
    print(layerTable(plan))
    print(siteTable(plan))
    let megabytes = Double(plan.memoryBytes) / 1e6
    print(
      "1 trial of \(experiment.train.steps) steps; about \(megabytes.formatted(2)) MB and "
        + "\(durationText(plan.seconds)) on \(machine.threads) threads")
    for warning in plan.warnings { print("warning: \(warning)") }
    if program { print("\n" + session.plan) }
  }

  private func layerTable(_ plan: Plan) -> String {
    let rows = plan.layers.map { layer in
      let tensors = layer.tensors.map { tensor in
        let name = tensor.name.dropFirst(layer.layer.count + 1)
        return "\(name) \(tensor.shape)"
      }
      return [
        layer.layer, "\(layer.shape)", "\(layer.parameters)", tensors.joined(separator: ", "),
      ]
    }
    return table(["layer", "shape", "parameters", "tensors"], rows)
      + "\(plan.parameters) parameters\n"
  }

  private func siteTable(_ plan: Plan) -> String {
    let rows = plan.sites.map { site in
      let placed = site.dropout.map { "\($0.type) \($0.rate), mask \($0.mask)" }
      return [
        site.site, site.axes.dropFirst().joined(separator: " "), "\(site.shape)", placed ?? "–",
      ]
    }
    return table(["dropout site", "axes", "shape", "placed"], rows)
  }
}
