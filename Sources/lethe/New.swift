internal import ArgumentParser
internal import Complaints
internal import Datasets
internal import Evaluation
internal import Experiments
internal import Files
internal import Foundation
internal import Recipes

/// `lethe new`: writes an experiment file for the data that it finds.
struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write an experiment file for the data that are found.",
    discussion: """
      Looks at the headers of the data, and writes NAME.yaml: a small GAN by the number of examples, and a first \
      ablation of dropout in its discriminator. Every key has the reason for its value above it.
      """)

  @Argument(help: "The experiment's name, which its file and its results folder have.")
  var name: String

  @Option(
    help: "The data: a folder of pictures or of sounds, or any file that an experiment can load.",
    completion: .file())
  var data: String

  @Option(help: "The file; NAME.yaml by default.", completion: .file(extensions: ["yaml", "yml"]))
  var out: String?

  @Flag(help: "Replace a file that is there.")
  var force = false

  mutating func validate() throws {
    try requireName(data, "--data", "a file or folder")
    try requireName(out, "--out", "a file")
    guard isFolderName(name) else {
      throw ValidationError("NAME: expected \(folderNameDescription), found \(name)")
    }
    guard !name.hasSuffix(".yaml"), !name.hasSuffix(".yml") else {
      throw ValidationError(
        "NAME: expected a name without .yaml, which the file gets, found \(name)")
    }
  }

  func run() throws {
    let file = out ?? name + ".yaml"
    if !force, FileManager.default.fileExists(atPath: file) {
      throw ValidationError(
        "\(file) is there already: --force replaces it, --out names another file")
    }
    let display = LoadingDisplay()
    let surveyed = Result { try DataSurvey(data) { display.show($0, $1) } }
    display.end()
    let survey = try surveyed.get()
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    let path = InputPath.text(for: data, in: folder)
    let draft = try Draft(name: name, survey, at: data, relative: path)
    // What does not pass here would not pass `lethe check` either.
    try Experiment.parse(draft.text, file: file, folder: folder).checkModel()
    try AtomicFile.write(Data(draft.text.utf8), to: URL(fileURLWithPath: file))
    for note in survey.notes { Console.log("note: \(note)") }
    let word = shellWord(file)
    print(
      """
      found \(draft.found)
      \(file): \(draft.plan)

      next: lethe check \(word)   says what it will do, and how long that takes
            lethe run \(word)     does it, and writes the report
      """)
  }
}
