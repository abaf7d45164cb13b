internal import Complaints
internal import Layers
package import Specification

/// Resolutions of convolutional networks: how often the size of an example is divided by a factor,
/// and the size that remains. Images of 32×32 are divided three times: 16, 8, 4. Spectrograms are divided as images.
struct Stages {
  /// Number of divisions.
  let count: Int
  /// The divisor of every spatial axis in each division: 2 for images, 4 for sounds.
  let factor: Int
  /// Spatial sizes after the last division.
  let base: [Int]

  /// The first axis' size at each resolution but that of the examples, the coarsest first.
  var sides: [Int] {
    (0..<count).reduce(into: [base[0]]) { sides, _ in sides.append(sides[sides.count - 1] * factor)
    }
    .dropLast()
  }

  /// Divides while all sizes stay whole and at least 4 (images) or 16 (sounds). The shortest side
  /// of an image must then be 4…8 pixels, a sound 16…63 samples.
  ///
  /// - Throws: `ModelError` with the nearest sizes that work.
  init(_ example: ExampleShape, _ backbone: Backbone) throws {
    switch example {
    case .image(let height, let width, _):
      guard let stages = Stages([height, width], .image) else {
        let found = height == width ? "\(height)" : "\(height)×\(width)"
        throw ModelError(
          "data.size",
          expected: "sides that are 4 to 8 times a power of two for backbone \(backbone.rawValue), "
            + "such as " + Stages.nearest(to: min(height, width), .image, axes: 2), found: found)
      }
      self = stages
    case .spectrogram(let sizes, _):
      guard let stages = Stages([sizes.frames, sizes.bands], .image) else {
        throw ModelError(
          "data.spectrogram",
          expected: "numbers that halve together until the smaller is 4 to 8, for backbone "
            + "\(backbone.rawValue), such as \(Stages.nearestFrames(to: sizes))",
          found: "\(sizes.frames) frames of \(sizes.bands)")
      }
      self = stages
    case .sound(let samples):
      guard let stages = Stages([samples], .sound) else {
        throw ModelError(
          "data.length",
          expected: "16 to 63 times a power of four for backbone \(backbone.rawValue), such as "
            + Stages.nearest(to: samples, .sound, axes: 1), found: "\(samples)")
      }
      self = stages
    }
  }

  /// The divisor for a kind of example, and the sizes that may remain.
  private struct Rule {
    let factor: Int
    let base: ClosedRange<Int>
    static let image = Rule(factor: 2, base: 4...8)
    static let sound = Rule(factor: 4, base: 16...63)
  }

  private init?(_ sizes: [Int], _ rule: Rule) {
    var (count, sizes) = (0, sizes)
    while sizes.allSatisfy({
      $0 % rule.factor == 0 && $0 / rule.factor >= rule.base.lowerBound
    }) {
      (count, sizes) = (count + 1, sizes.map { $0 / rule.factor })
    }
    guard count > 0, let shortest = sizes.min(), rule.base.contains(shortest) else { return nil }
    (self.count, factor, base) = (count, rule.factor, sizes)
  }

  /// The nearest numbers of frames that work with the bands there are, or, where none does, with the power of two below.
  private static func nearestFrames(to sizes: SpectrogramSizes) -> String {
    func works(_ frames: Int, _ bands: Int) -> Bool { Stages([frames, bands], .image) != nil }
    let frames = max(8, sizes.frames)
    for bands in [sizes.bands, max(8, 1 << (Int.bitWidth - 1 - sizes.bands.leadingZeroBitCount))] {
      let below = (1...frames).last { works($0, bands) }
      let above = (frames...2 * frames).first { works($0, bands) && $0 != below }
      let found = [below, above].compactMap { $0.map { "\($0) frames of \(bands)" } }
      guard found.isEmpty else { return found.joined(separator: " or ") }
    }
    return "8 frames of 8"
  }

  private static func nearest(to size: Int, _ rule: Rule, axes: Int) -> String {
    func works(_ size: Int) -> Bool {
      Stages([Int](repeating: size, count: axes), rule) != nil
    }
    let below = (1..<max(2, size)).last(where: works)
    let above = (size + 1...2 * max(size, rule.base.upperBound) + 1).first(where: works)
    return [below, above].compactMap { $0.map { "\($0)" } }.joined(separator: " or ")
  }
}

extension ExampleShape {
  /// True where convolutional networks can divide its sizes; see `Stages`.
  package var fitsConvolutions: Bool { (try? Stages(self, .conv)) != nil }
}
