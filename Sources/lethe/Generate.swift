internal import Files
internal import ArgumentParser
internal import CPU
internal import Foundation
internal import Records
internal import Evaluation
internal import Training
internal import Trials

/// `lethe generate`: draws new samples from a checkpoint.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Draw new samples from a checkpoint.")

  @Argument(help: "The checkpoint.", completion: .file(extensions: ["safetensors"]))
  var checkpoint: String

  @OptionGroup var machine: ThreadOptions
  @OptionGroup var computing: BackendOptions

  @Option(help: "How many samples; 64 by default.")
  var count: Int?

  @Option(help: "Chooses the latents.")
  var seed: UInt64 = 0

  @Option(help: "The decay of the average of weights to draw from; 0 for the weights themselves.")
  var ema: Double?

  @Option(help: "The folder for PNG or WAV files.", completion: .directory)
  var out: String?

  @Option(help: "A .npy file for the samples: float32, [N, H, W, C] or [N, T, 1].")
  var npy: String?

  @Option(
    help: "Latents from a .npy file, one row a sample.", completion: .file(extensions: ["npy"]))
  var latents: String?

  @Option(
    name: .customLong("class"),
    help: "The class of all samples, where the model is told of classes.")
  var className: String?

  @Flag(help: "Walk from one random latent to another.")
  var interpolate = false

  mutating func validate() throws {
    if let count, !(1...10_000_000).contains(count) {
      throw ValidationError("--count: expected 1 to 10000000, found \(count)")
    }
    if latents != nil && interpolate {
      throw ValidationError("expected --latents or --interpolate, found both")
    }
    if latents != nil && count != nil {
      throw ValidationError("expected --latents, one row a sample, or --count, found both")
    }
    if computing.forms == .measured {
      throw ValidationError(
        "--forms: expected direct, winograd or fastest, as only training measures, found measured")
    }
    try requireName(out, "--out", "a folder")
    try requireName(npy, "--npy", "a file")
  }

  func run() throws {
    try machine.checkMemory()
    let generator = try Generator(
      checkpoint: URL(fileURLWithPath: checkpoint), average: ema, seed: seed,
      threads: machine.threads, on: computing.backend)
    let codes = try latents(for: generator)
    let count = codes.count / generator.latent
    // A walk stays in one class.
    let classes =
      interpolate && className == nil
      ? try Array(repeatElement(generator.classes(of: 1), count: count).joined())
      : try generator.classes(of: count, named: className)
    let folder = out ?? (npy == nil ? "samples" : nil)
    if let folder {
      try AtomicFile.writeFolder(URL(fileURLWithPath: folder, isDirectory: true)) {
        try make(codes, classes, count, by: generator, in: $0)
      }
      print(folder)
    } else {
      try make(codes, classes, count, by: generator, in: nil)
    }
  }

  /// Makes examples in parts of `chunk` samples, and writes them as files, as an array, or both.
  ///
  /// - Parameter folder: The folder for pictures or sounds; nil for the array alone.
  private func make(
    _ codes: [Float], _ classes: [Int], _ count: Int, by generator: Generator, in folder: URL?
  ) throws {
    Interruption.watch(patience: TrialRunner.stoppingSeconds)
    var array: [Float] = []
    for start in stride(from: 0, to: count, by: Self.chunk) {
      let end = min(count, start + Self.chunk)
      let part = codes[start * generator.latent..<end * generator.latent]
      let examples = try generator.examples(
        Array(part), classes: classes.isEmpty ? [] : Array(classes[start..<end]), from: start)
      if let folder { try generator.writeSamples(examples, from: start, to: folder) }
      if npy != nil { array += examples }
      Console.progress("\(start)/\(count) samples")
      if Interruption.isRequested {
        Console.log("stopped; nothing is written")
        throw ExitCode(1)
      }
    }
    Console.endProgress()
    if let npy {
      try generator.writeArray(array, to: npy)
      print(npy)
    }
  }

  /// Number of samples made at a time. It must be a multiple of 64, see `Generator.examples`.
  private static let chunk = 1024

  private func latents(for generator: Generator) throws -> [Float] {
    if let latents { return try generator.readLatents(latents) }
    let count = count ?? 64
    try generator.requireMemory(count: count, keepingExamples: npy != nil)
    return interpolate ? generator.interpolation(count) : generator.latents(count)
  }
}
