internal import Media
internal import Specification
internal import Training
public import Experiments
internal import Files
internal import Datasets
package import Foundation
internal import Models
internal import Records

/// Writes examples as files: images as PNG, sounds as WAV. A sheet of sounds comes with a picture of their
/// spectrograms.
package struct SampleFiles {
  /// Shape of one example: [H, W, C] or [T, 1].
  let shape: [Int]
  private let range: ValueRange
  private let sampleRateHz: Int?

  /// Takes the shape and value range of examples from an experiment.
  ///
  /// - Throws: `InputError` when it does not say what shape examples have.
  package init(_ experiment: Experiment) throws {
    shape = try experiment.example.sizes
    range = experiment.valueRange
    sampleRateHz = experiment.data.kind == .audio ? experiment.data.sampleRateHz : nil
  }

  /// Writes each example to a file of its own.
  ///
  /// - Parameters:
  ///   - examples: Shape [count] + `shape`, in the experiment's value range.
  ///   - place: Gives the file of an example from its number and extension.
  package func write(_ examples: [Float], to place: (Int, _ fileExtension: String) -> URL) throws {
    let size = shape.reduce(1, *)
    for index in 0..<examples.count / size {
      let values = examples[index * size..<(index + 1) * size]
      if let sampleRateHz {
        try write(sound: Array(values.map(symmetric)), sampleRateHz, to: place(index, "wav"))
      } else {
        let raster = Raster(
          height: shape[0], width: shape[1], channels: shape[2], values: values, range: range)
        try write(picture: raster, to: place(index, "png"))
      }
    }
  }

  /// Writes a sheet: images side by side, or sounds one after another with a picture of their spectrograms.
  ///
  /// - Parameters:
  ///   - columns: Examples in a row; nil for a picture that is about square.
  ///   - place: Gives the file for an extension.
  package func writeSheet(
    _ examples: [Float], columns: Int? = nil, to place: (_ fileExtension: String) -> URL
  ) throws {
    guard let sampleRateHz else {
      let sheet = examples.withUnsafeBufferPointer {
        ImageSheet.compose(
          $0, height: shape[0], width: shape[1], channels: shape[2], range: range,
          columns: columns)
      }
      return try write(picture: sheet, to: place("png"))
    }
    try examples.map(symmetric).withUnsafeBufferPointer { sounds in
      let sheet = SoundSheet.compose(sounds, length: shape[0], sampleRateHz: sampleRateHz)
      try write(sound: sheet, sampleRateHz, to: place("wav"))
      try write(
        picture: SpectrogramSheet.compose(
          sounds, length: shape[0], sampleRateHz: sampleRateHz, columns: columns),
        to: place("png"))
    }
  }

  private func symmetric(_ value: Float) -> Float { range == .unit ? 2 * value - 1 : value }

  private func write(picture: Raster, to url: URL) throws {
    try AtomicFile.write(Data(PNGFile.encode(picture)), to: url, isDurable: false)
  }

  private func write(sound: [Float], _ sampleRateHz: Int, to url: URL) throws {
    let bytes = try sound.withUnsafeBufferPointer {
      try SoundFile.encode($0, sampleRateHz: sampleRateHz)
    }
    try AtomicFile.write(Data(bytes), to: url, isDurable: false)
  }
}

extension Experiment {
  /// The extension of files that hold samples.
  public var sampleExtension: String { data.kind == .images ? "png" : "wav" }
}
