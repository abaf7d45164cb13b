import Complaints
import DataSupport
import Datasets
import Evaluation
import Experiments
import Foundation
import Recipes
import Specification
import Testing

/// Experiment files that are drafted for data.
@Suite struct DraftTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Drafts an experiment for data in the folder, and reads it as one that lies there.
  private func draft(
    _ data: String, name: String = "one"
  ) throws -> (draft: Draft, experiment: Experiment) {
    let path = folder.path + "/" + data
    let draft = try Draft(
      name: name, DataSurvey(path), at: path, relative: InputPath.text(for: path, in: folder.path))
    let experiment = try Experiment.parse(draft.text, file: "one.yaml", folder: folder.path)
    try experiment.checkModel()
    return (draft, experiment)
  }

  private func writeImages(_ count: Int, height: Int = 20, width: Int = 20, channels: Int = 1)
    throws
  {
    let size = count * height * width * channels
    _ = try folder.writeNumpy(
      "'|u1'", shape: "(\(count), \(height), \(width), \(channels))",
      data: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) })
  }

  /// The text with the lines of a comment joined.
  private func words(_ text: String) -> String {
    text.split(separator: "\n").map { $0.trimmingPrefix { " #".contains($0) } }.joined(
      separator: " ")
  }

  // MARK: Images

  @Test(arguments: [
    (9, 12, 16), (16, 16, 16), (19, 19, 16), (28, 28, 28), (33, 47, 32), (60, 60, 56), (64, 64, 64),
    (300, 200, 64),
  ]) func imagesGetASideThatConvolutionsCanHalve(height: Int, width: Int, side: Int) throws {
    try writeImages(60, height: height, width: width)
    let (draft, experiment) = try draft("a.npy")
    #expect(experiment.data.size == side && experiment.data.channels == 1)
    #expect(
      draft.found == "60 grey images, of \(min(height, width)) pixels on the shorter side")
    #expect(draft.plan.hasPrefix("a GAN of \(side)×\(side) pixels, "))
    // The side that pictures have is told where it is another.
    #expect(
      words(draft.text).contains("the shorter sides of the pictures are")
        == (min(height, width) != side))
  }

  @Test func foldersOfPicturesOfManySizesGetTheMiddleOne() throws {
    for number in 0..<70 {
      // 40 are of 24 pixels and more, and all are grey but one.
      let side = number < 30 ? 20 : 24 + number
      try folder.writePNG(grey(number, height: side, width: side + 3), to: "d/\(number).png")
    }
    let jpeg = try Data(contentsOf: URL(fileURLWithPath: fixtures + "/jpeg/color-420.jpg"))
    try folder.write(jpeg, to: "d/x.jpg")
    try folder.write("x".utf8, to: "d/notes.txt")
    let survey = try DataSurvey(folder.path + "/d")
    #expect(survey.notes == ["left out: 1 file that is not PNG or JPEG (1 .txt)"])
    let (draft, experiment) = try draft("d")
    #expect(draft.found == "71 colour images, of 19 to 93 pixels on the shorter side")
    #expect(experiment.data.size == 56 && experiment.data.channels == 3)
  }

  /// Grey pictures may be of digits, which must not be mirrored.
  @Test(arguments: [1, 3]) func onlyColoursAreMirrored(channels: Int) throws {
    try writeImages(60, channels: channels)
    let (draft, experiment) = try draft("a.npy")
    #expect(experiment.data.augment.flip == (channels == 3))
    #expect(draft.text.contains("digits"))
  }

  // MARK: Numbers

  /// The number that is held out is enough for the metrics, and a batch fits into what is left.
  @Test(arguments: [60, 99, 100, 149, 150, 499, 500, 5000, 5001])
  func numbersFollowTheCount(count: Int) throws {
    try writeImages(count, height: 8, width: 8)
    let (draft, experiment) = try draft("a.npy")
    let (held, trained) = (experiment.data.holdout, 1 - experiment.data.holdout)
    #expect(held * Double(count) >= 29 && trained * Double(count) >= 29)
    #expect(held == (count < 100 ? 0.5 : count < 150 ? 0.3 : 0.2))
    #expect(2 * experiment.train.batch <= Int(trained * Double(count)))
    #expect(experiment.metrics.samples >= 50)
    #expect(experiment.metrics.primary.map(\.metric) == ["recall", "closer_to_train"])
    let ablation = try #require(experiment.ablation)
    #expect(ablation.placements.map(\.name) == ["none", "discriminator"])
    // 2⁻⁷ · 4 comparisons is below 0.05, 2⁻⁶ · 4 is not.
    #expect(ablation.rates.count == 2 && ablation.seeds == 7)
    #expect(draft.plan.hasSuffix("3 arms × 7 seeds: 21 trials"))
  }

  @Test func moreExamplesAreTrainedOnForLonger() throws {
    let trainings = try [60, 500, 5001].map { count in
      try writeImages(count, height: 8, width: 8)
      return try draft("a.npy").experiment.train
    }
    #expect(trainings.map(\.steps) == trainings.map(\.steps).sorted())
    #expect(Set(trainings.map(\.steps)).count == 3)
    #expect(trainings.map(\.batch) == trainings.map(\.batch).sorted())
  }

  @Test(arguments: [1, 3, 59]) func fewerThanTheMetricsNeedAreRefused(count: Int) throws {
    try writeImages(count)
    let found = "\(count) grey image\(count == 1 ? "" : "s"), of 20 pixels on the shorter side"
    #expect(
      problem { _ = try draft("a.npy") }
        == "expected at least 60 images, which chance divides: the metrics need 20 to train on and 20 held "
        + "out; found \(found)")
  }

  // MARK: Sounds

  @Test func halfOfTheSoundsFit() throws {
    for number in 0..<61 {
      // Half have at most 0.3 s: 2400 samples at 8 kHz.
      let count = number < 30 ? 1000 + number : number == 30 ? 13_230 : 40_000
      try folder.writeSound(noise(number, count: count), rate: 44_100, to: "s/\(number).wav")
    }
    let (draft, experiment) = try draft("s")
    #expect(experiment.data.kind == .audio && experiment.data.sampleRateHz == 8000)
    #expect(experiment.data.length == 4096 && experiment.data.windows == .all)
    // 31 sounds of one window and 30 of 7256 samples, which are two windows.
    #expect(
      draft.found == "61 sounds of 0.02 to 0.91 s at 44100 Hz, 91 examples of 0.51 s")
    #expect(experiment.data.holdout == 0.5)
    #expect(experiment.metrics.features == .logmel)
  }

  /// Files are held out whole, by chance: of a few, all of them or none could be.
  @Test func nothingIsHeldOutOfAFewSounds() throws {
    try folder.writeSound(noise(1, count: 800_000), rate: 8000, to: "long.wav")
    let (draft, experiment) = try draft("long.wav")
    #expect(experiment.data.length == 8192)
    #expect(experiment.data.holdout == 0)
    #expect(experiment.metrics.primary.map(\.metric) == ["recall", "authenticity"])
    #expect(words(draft.text).contains("1 of them are too few"))
    try folder.writeSound(noise(1, count: 9000), rate: 8000, to: "short.wav")
    #expect(
      problem { _ = try self.draft("short.wav") }.hasSuffix(
        "found 1 sound of 1.13 s at 8000 Hz, 1 example of 1.02 s"))
  }

  @Test func soundsThatAreTooShortAreNamed() throws {
    for number in 0..<60 {
      try folder.writeSound(noise(number, count: 500), rate: 8000, to: "s/\(number).wav")
    }
    let path = try folder.writeSound([], rate: 8000, to: "s/x.wav")
    let problem = "expected at least 2 samples at 8000 Hz, found 0 at 8000 Hz"
    #expect(throws: DataError(file: path, problem: problem)) { try draft("s") }
  }

  /// A spectrogram needs a window of 256 samples.
  @Test(arguments: [(1024, Representation.logMel), (1000, .logMel), (100, .waveform)])
  func arraysOfSoundsKeepTheirLength(length: Int, representation: Representation) throws {
    _ = try folder.writeNumpy(
      "'<f4'", shape: "(60, \(length))", data: bytes(of: noise(1, count: 60 * length)))
    let experiment = try draft("a.npy").experiment
    #expect(experiment.data.length == length && experiment.data.representation == representation)
  }

  // MARK: The text

  @Test func everyKeyHasAReason() throws {
    try writeImages(60)
    try folder.writeSound(noise(1, count: 800_000), rate: 8000, to: "long.wav")
    for data in ["a.npy", "long.wav"] {
      let lines = try draft(data).draft.text.split(
        separator: "\n", omittingEmptySubsequences: false)
      for (line, before) in zip(lines.dropFirst(), lines) {
        let isKey = !line.contains("#") && line.contains(": ")
        #expect(!isKey || before.contains("# "), "\(line)")
        #expect(line.count <= 100, "\(line)")
      }
    }
  }

  @Test(arguments: [
    "a b", "it's", "\"q\"", "a: b", "#a", "- a", "[x]", "{x", "~", "null", "1", "é\u{1F600}",
    "a\nb", "a\\b",
    "*a", "&a", "%a", "true", "a #b", "\u{85}", "'", "?", "|", "!x",
  ]) func anyPathCanBeWritten(name: String) throws {
    try writeImages(60)
    try FileManager.default.createDirectory(
      atPath: folder.path + "/" + name, withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      atPath: folder.path + "/a.npy", toPath: "\(folder.path)/\(name)/a.npy")
    let experiment = try draft(name + "/a.npy").experiment
    guard case .files(let path) = experiment.data.origin else {
      return #expect(Bool(false), "no path")
    }
    #expect(path.resolved == "\(folder.path)/\(name)/a.npy")
  }

  @Test(arguments: ["null", "1", "true", "1e3", "0x1", "off", "-", "a.b_c-1"])
  func anyNameCanBeWritten(name: String) throws {
    try writeImages(60)
    #expect(try draft("a.npy", name: name).experiment.name == name)
  }
}
