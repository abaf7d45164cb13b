import Experiments
import Foundation
import Records

/// A made-up results folder, removed at the end.
final class MadeResults {
  let results: ResultsFolder

  /// Makes arms without dropout and at three rates, in each cell of a grid.
  ///
  /// - Parameters:
  ///   - change: Alters the status of a trial.
  ///   - validation: The recall of held-out examples of an arm; nil without a test set.
  ///   - logged: Further members of a line of the log, of an arm, a seed and a step: `,"coverage":0.5`.
  ///   - others: A number that is added to the memorisation metric of an arm and seed.
  ///   - value: The recall of an arm and seed; nil for a trial that failed.
  init(
    seeds: Int = 8, cells: Int = 1, name: String = "made", picture: Data? = nil,
    change: (inout TrialStatus, _ rate: Double, _ seed: Int) -> Void = { _, _, _ in },
    distinct: (_ rate: Double, _ seed: Int) -> Int? = { _, _ in nil },
    validation: (_ rate: Double) -> Double? = { _ in nil },
    others: (_ rate: Double, _ seed: Int) -> Double = { _, _ in 0 },
    logged: (_ rate: Double, _ seed: Int, _ step: Int) -> String = { _, _, _ in "" },
    value: (_ rate: Double, _ seed: Int) -> Double?
  ) throws {
    results = ResultsFolder(
      FileManager.default.temporaryDirectory
        .appendingPathComponent("lethe-report-\(UUID().uuidString)", isDirectory: true))
    try results.create()
    var arms: [SweepRecord.Arm] = []
    for cell in 0..<cells {
      let grid =
        cells > 1 ? [SweepRecord.Setting(key: "data.limit", value: "\(100 * (cell + 1))")] : []
      let suffix = cells > 1 ? "-limit-\(100 * (cell + 1))" : ""
      arms.append(
        .init(
          name: "none\(suffix)", placement: "none", grid: grid,
          overrides: [Override("dropout", .null)]))
      for rate in [0.1, 0.3, 0.5] {
        arms.append(
          .init(
            name: "generator-bernoulli-\(rate)\(suffix)", placement: "generator",
            sites: ["generator.*.post_act"], type: "bernoulli", rate: rate, grid: grid,
            control: "none\(suffix)", overrides: []))
      }
    }
    let trials = (0..<seeds).flatMap { seed in
      arms.map {
        SweepRecord.Trial(arm: $0.name, seed: seed, folder: "\($0.name)-s\(seed)-0123456789")
      }
    }
    try SweepRecord(
      name: name, folder: "/elsewhere",
      primary: [
        .init(question: "diversity", metric: "recall"),
        .init(question: "memorization", metric: "closer_to_train"),
      ], arms: arms, trials: trials
    ).write(to: results.sweep)
    let experiment = """
      # Does it help?
      # Really?
      #
      # Needs nothing.
      name: made
      data: {source: shapes}
      model: {family: gan}

      """
    try Data(experiment.utf8).write(to: results.experiment)
    for trial in trials {
      let rate = arms.first { $0.name == trial.arm }?.rate ?? 0
      let folder = results.trial(trial.folder)
      try Self.write(
        folder, value(rate, trial.seed),
        closer: 0.5 + Double(trial.seed % 3) / 100 + others(rate, trial.seed), picture,
        distinct: distinct(rate, trial.seed), validation: validation(rate)
      ) { logged(rate, trial.seed, $0) }
      if var status = try TrialStatus.read(from: folder.status) {
        change(&status, rate, trial.seed)
        try status.write(to: folder.status)
      }
    }
  }

  deinit { try? FileManager.default.removeItem(at: results.url) }

  private static func write(
    _ folder: TrialFolder, _ recall: Double?, closer: Double, _ picture: Data?, distinct: Int?,
    validation: Double?, logged: (_ step: Int) -> String
  ) throws {
    try folder.create()
    try TrialStatus(
      state: recall == nil ? .failed : .finished, reason: recall == nil ? "a <bad> \"step\"" : nil,
      step: 100, steps: 100, started: Date(timeIntervalSince1970: 1e9),
      updated: Date(timeIntervalSince1970: 1e9), seconds: 12.5, peakMemoryMegabytes: 80,
      madeBy: Provenance(versions: ["lethe": "0.1.0"], machine: nil)
    ).write(to: folder.status)
    guard let recall else {
      return try Data("step 1\nerror: <script>alert(1)</script>\n".utf8).write(to: folder.output)
    }
    let lines = (0..<300).map { step in
      "{\"step\":\(step * 10),\"d_loss\":\(1.5 - Double(step) / 400),\"g_loss\":\(step == 7 ? "\"NaN\"" : "0.7")\(logged(step * 10))}\n"
    }
    try Data(lines.joined().utf8).write(to: folder.log)
    let sizes =
      distinct.map { "\"collapsed\": true, \"distinct_generated\": \($0), \"distinct_of\": 500" }
      ?? ""
    let chosenBy =
      validation.map {
        ", \"validation\": {\"recall\": {\"value\": \($0), \"aspect\": \"diversity\", \"better\": \"higher\"}}"
      } ?? ""
    try Data(
      """
      {"features": "pixels", "sizes": {\(sizes)}, "values": {
        "recall": {"value": \(recall), "null": 0.8, "copies": 0.9, "planted": \(recall), "aspect": "diversity", "better": "higher", "word": "worse"},
        "vendi": {"value": \(recall * 10), "null": 8, "orders": {"2": 3}, "aspect": "diversity", "better": "higher", "word": "worse"},
        "closer_to_train": {"value": \(closer), "null": 0.5, "copies": 1, "planted": 0.52, "p": 0.4, "aspect": "memorization", "better": "lower", "word": "uninformative", "informative": false}
      }\(chosenBy)}
      """.utf8
    ).write(to: folder.metrics)
    if let picture {
      try picture.write(to: folder.real(fileExtension: "png"))
      try silence.write(to: folder.finalSample(0, fileExtension: "wav"))
      try picture.write(to: folder.samples(step: 100, fileExtension: "png"))
      try picture.write(to: folder.nearest(fileExtension: "png"))
    }
  }
}

/// A tenth of a second of silence, as WAV: 8-bit, 8000 Hz.
let silence: Data = {
  func number(_ value: UInt32, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(value >> (8 * $0) & 255) }
  }
  let format =
    number(1, bytes: 2) + number(1, bytes: 2) + number(8000, bytes: 4) + number(8000, bytes: 4)
    + number(1, bytes: 2) + number(8, bytes: 2)
  return Data(
    Array("RIFF".utf8) + number(836, bytes: 4) + Array("WAVEfmt ".utf8) + number(16, bytes: 4)
      + format + Array("data".utf8) + number(800, bytes: 4) + [UInt8](repeating: 128, count: 800))
}()

/// The smallest PNG: one grey pixel.
let onePixel = Data(
  base64Encoded:
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
