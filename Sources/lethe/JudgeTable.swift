internal import ArgumentParser
internal import Reports

/// `lethe verdict`: compares the arms of a table of runs that any program made.
struct JudgeTable: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verdict",
    abstract: "Compare the arms of a table of runs, seed by seed.",
    discussion: """
      The table is a CSV with a row for each run, as Weights & Biases and MLflow export it. A column that is called \
      params.NAME, metrics.NAME, config.NAME or summary.NAME is found by NAME. Runs that did not finish or have no finite \
      number count as seeds without a value.
      """)

  @Argument(help: "The table.", completion: .file(extensions: ["csv", "tsv"]))
  var table: String

  @Option(help: "The column that says of which arm a run is.")
  var arm: String

  @Option(help: "The column with the seed.")
  var seed: String

  @Option(help: "The column with the number to compare.")
  var metric: String

  @Flag(help: "Lower numbers are better.")
  var lowerIsBetter = false

  @Option(
    help: "The arm that the others are compared with; by default one that is called none or 0.")
  var control: String?

  @Flag(help: "Print the result as JSON.")
  var json = false

  func run() throws {
    let verdicts = try TableVerdicts(
      of: RunsTable(reading: table), arm: arm, seed: seed, metric: metric,
      higherIsBetter: !lowerIsBetter, control: control)
    if json { return try printJSON(verdicts) }
    print(verdicts.summary)
  }
}
