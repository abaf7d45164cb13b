internal import Media
internal import Training
internal import Files
internal import Datasets
public import Foundation
internal import Metrics
internal import Records

extension NearestPairs {
  /// Number of pairs on a sheet of images, and in one of its rows.
  private static let imagePairs = 64
  private static let imageColumns = 4
  /// Number of pairs on a sheet of sounds.
  private static let soundPairs = 16
  /// Largest number of pairs on any sheet.
  static let shownPairs = max(imagePairs, soundPairs)

  /// Writes `nearest.csv` with all pairs and, for images or sounds, a sheet of the closest of different training
  /// examples: each generated example, then the training example nearest in the features, then the one nearest as an
  /// image or sound.
  ///
  /// - Parameters:
  ///   - sampleRateHz: Sample rate of sounds; nil for images.
  ///   - place: Gives the file for an extension: `csv`, `png`, `wav`.
  /// - Throws: `FileError`.
  public func write(sampleRateHz: Int?, to place: (_ fileExtension: String) -> URL) throws {
    try AtomicFile.write(Data(csv.utf8), to: place("csv"))
    guard let made = generated.raw, let known = training.raw, pairs.first?.raw != nil else {
      return
    }
    if made.areImages {
      try writeImages(made, known, to: place("png"))
    } else if let sampleRateHz {
      try writeSounds(made, known, sampleRateHz, place)
    }
  }

  /// The values of the three examples that a sheet shows of a pair.
  private func examples(_ pair: Pair, _ made: RawExamples, _ known: RawExamples) -> [Float] {
    [made.rows([pair.generated]), known.rows([pair.nearest]), known.rows([pair.raw?.index ?? 0])]
      .flatMap(\.values)
  }

  private func writeImages(_ made: RawExamples, _ known: RawExamples, to url: URL) throws {
    let white = [Float](repeating: 1, count: made.size)
    let columns = min(pairs.count, Self.imageColumns)
    let values = shown.prefix(Self.imagePairs).enumerated().flatMap { index, pair in
      // A gap after each pair but the last of a row.
      examples(pair, made, known) + (index % columns < columns - 1 ? white : [])
    }
    let sheet = values.withUnsafeBufferPointer {
      ImageSheet.compose(
        $0, height: made.shape[0], width: made.shape[1], channels: made.shape[2], range: .unit,
        columns: columns * 4 - 1)
    }
    try AtomicFile.write(Data(PNGFile.encode(sheet)), to: url)
  }

  private func writeSounds(
    _ made: RawExamples, _ known: RawExamples, _ sampleRateHz: Int, _ place: (String) -> URL
  ) throws {
    let values = shown.prefix(Self.soundPairs).flatMap { examples($0, made, known) }
    try values.withUnsafeBufferPointer { sounds in
      let sheet = SoundSheet.compose(sounds, length: made.shape[0], sampleRateHz: sampleRateHz)
      let bytes = try sheet.withUnsafeBufferPointer {
        try SoundFile.encode($0, sampleRateHz: sampleRateHz)
      }
      try AtomicFile.write(Data(bytes), to: place("wav"))
      let picture = SpectrogramSheet.compose(
        sounds, length: made.shape[0], sampleRateHz: sampleRateHz, columns: 3)
      try AtomicFile.write(Data(PNGFile.encode(picture)), to: place("png"))
    }
  }
}
