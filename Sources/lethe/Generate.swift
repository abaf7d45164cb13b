internal import ArgumentParser
internal import Foundation
internal import Training

/// `lethe generate`: new samples from a checkpoint.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Draw new samples from a checkpoint.")

  @Argument(help: "The checkpoint.", completion: .file(extensions: ["safetensors"]))
  var checkpoint: String

  @OptionGroup var machine: ThreadOptions

  @Option(help: "How many samples.")
  var count: Int = 64

  @Option(help: "Chooses the latents.")
  var seed: UInt64 = 0

  @Option(help: "The folder for PNG files.", completion: .directory)
  var out: String?

  @Option(help: "A .npy file for the samples: float32, [N, H, W, C].")
  var npy: String?

  @Option(help: "Latents from a .npy file, one row a sample.", completion: .file(extensions: ["npy"]))
  var latents: String?

  @Flag(help: "Walk from one random latent to another.")
  var interpolate = false

  mutating func validate() throws {
    guard (1...10_000_000).contains(count) else {
      throw ValidationError("--count: expected 1 to 10000000, found \(count)")
    }
    if latents != nil && interpolate {
      throw ValidationError("expected --latents or --interpolate, found both")
    }
  }

  func run() throws {
    let generator = try Generator(
      checkpoint: URL(fileURLWithPath: checkpoint), seed: seed, threads: machine.threads)
    let codes: [Float]
    if let latents {
      codes = try generator.readLatents(latents)
    } else {
      codes = interpolate ? generator.interpolation(count) : generator.latents(count)
    }
    let examples = try generator.examples(codes)
    if let npy {
      try generator.writeArray(examples, to: npy)
      print(npy)
    }
    if out != nil || npy == nil {
      let folder = URL(fileURLWithPath: out ?? "samples", isDirectory: true)
      try generator.writeImages(examples, to: folder)
      print(folder.path)
    }
  }
}
