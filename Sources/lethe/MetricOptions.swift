internal import ArgumentParser
internal import Complaints
internal import Evaluation
internal import Foundation
internal import Metrics

/// Options of commands that read sets of examples for metrics.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: """
      The space of distances: pixels, logmel (sounds), encoder or FILE.safetensors; the encoder by \
      default, .npy arrays are taken as feature vectors.
      """)
  var features: String?

  @Option(help: "Side in pixels to resize images to.")
  var size: Int?

  @Option(help: "Channels of images, 1 or 3.")
  var channels: Int?

  @Option(
    help:
      "Samples a second of sounds; those of the first generated one (certify: held-out one) by default."
  )
  var sampleRate: Int?

  @Option(
    help: "Samples of a sound; those of the first generated one (certify: held-out one) by default."
  )
  var length: Int?

  @Flag(help: "Leave broken files out instead of stopping.")
  var skipBroken = false

  /// The names of the options that were given.
  var given: [String] {
    let options: [(String, Bool)] = [
      ("--features", features != nil), ("--size", size != nil), ("--channels", channels != nil),
      ("--sample-rate", sampleRate != nil), ("--length", length != nil),
      ("--skip-broken", skipBroken),
    ]
    return options.filter(\.1).map(\.0)
  }

  /// Sets at some paths, read as the options say.
  func sources(training: String, holdout: String?, generated: String) -> MetricSources {
    var sources = MetricSources(training: training, holdout: holdout, generated: generated)
    sources.features = features
    (sources.size, sources.channels) = (size, channels)
    (sources.sampleRateHz, sources.length) = (sampleRate, length)
    sources.skipBroken = skipBroken
    return sources
  }
}

/// The option that chooses metrics.
struct MetricChoice: ParsableArguments {
  @Option(
    help: "Only these metrics, separated by commas; fid, kid and prdc are understood.")
  var only: String?

  mutating func validate() throws { _ = try metrics() }

  /// The metrics, in the order of the catalogue.
  func metrics() throws -> [any Metric] {
    guard let only else { return MetricCatalogue.all }
    let keys = try only.split(separator: ",").flatMap { word in
      let name = word.trimmingCharacters(in: .whitespaces)
      let keys = MetricCatalogue.keys(named: name)
      guard keys.isEmpty else { return keys }
      let known = MetricCatalogue.all.map(\.key)
      let names = known + MetricCatalogue.otherNames.keys.sorted()
      let nearest = nearestNameHint(to: name, among: names)
      throw ValidationError(
        "--only: expected names among \(known.joined(separator: ", ")), found \(name)\(nearest)")
    }
    return MetricCatalogue.all.filter { keys.contains($0.key) }
  }
}

/// Loads sets with a display of the progress, and tells what there is to note about them.
///
/// - Parameter limit: Largest number of examples of each set.
func load(_ sources: MetricSources, atMost limit: Int, seed: UInt64) throws -> MetricSets {
  let display = LoadingDisplay()
  let loaded = Result { try sources.load { display.show($0, $1) } }
  display.end()
  let sets = try loaded.get().sampled(limit, seed: seed)
  for note in sets.notes { Console.log("note: \(note)") }
  return sets
}

/// Refuses numbers below 1.
func requirePositive(_ number: Int?, _ option: String) throws {
  if let number, number < 1 {
    throw ValidationError("\(option): expected a positive number, found \(number)")
  }
}
