import Specification
import Autodiff
import Foundation
import Layers
import Models
import TestSupport
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Compares every augmentation of examples with plain loops over the same random numbers.
  @Suite struct AugmentationTests {
    static let (batch, height, width, channels) = (Augmented.batch, 6, 5, 3)
    static let shape = [batch, height, width, channels]
    static let pixels = numbers(shape.elementCount, seed: 1)

    static func pixel(_ n: Int, _ h: Int, _ w: Int, _ c: Int) -> Double {
      pixels[((n % batch * height + h) * width + w) * channels + c]
    }

    /// Compares the first pass of an augmentation with `expected(n, h, w, c)`.
    private func compare(
      _ augment: String, _ expected: (Int, Int, Int, Int) -> Double
    ) throws {
      let augmented = try Augmented(augment)
      let y = try augmented.augmenter.seen(augmented.x(Self.shape))
      let found = try augmented.run(y, x: Self.pixels)
      var place = 0
      for n in 0..<Self.batch {
        for h in 0..<Self.height {
          for w in 0..<Self.width {
            for c in 0..<Self.channels {
              let exact = expected(n, h, w, c)
              #expect(abs(Double(found[place]) - exact) < 1e-6, "at \([n, h, w, c])")
              place += 1
            }
          }
        }
      }
      #expect(found.map(Double.init) != Self.pixels)
    }

    /// If every pixel of an image is the number of its class, the mean of a mixed image equals the mean
    /// class by its labels.
    @Test(arguments: ["{mixup: {alpha: 0.7}}", "{cutmix: {}}", "{mixup: {}, cutmix: {alpha: 0.6}}"])
    func labelsAreMixedAsExamplesAre(_ augment: String) throws {
      let augmented = try Augmented(augment)
      let graph = augmented.forward.graph
      let x = try augmented.x(Self.shape)
      let seen = try augmented.augmenter.seen(x).mean(axes: [1, 2, 3])
      // Image n is of class n.
      let rows = try graph.add(.iota(axis: 0), shape: [Self.batch, Self.batch])
      let columns = try graph.add(.iota(axis: 1), shape: [Self.batch, Self.batch])
      let labels = try augmented.augmenter.labels(rows.equal(to: columns), of: x)
      let expected = try (labels * columns).sum(axes: [1])
      let both = try Tensor.concatenate([seen, expected, labels.sum(axes: [1])], axis: 0)
      let size = Self.shape.elementCount / Self.batch
      let found = try augmented.run(
        both, x: (0..<Self.batch).flatMap { [Double](repeating: Double($0), count: size) })
      for n in 0..<Self.batch {
        #expect(abs(found[n] - found[Self.batch + n]) < 1e-5)
        #expect(abs(found[2 * Self.batch + n] - 1) < 1e-6)
      }
      #expect((0..<Self.batch).contains { abs(found[$0] - Float($0)) > 0.01 })
    }

    @Test func flipMirrorsHalfOfTheImages() throws {
      let sides = Augmented.uniform("augment/flip/1/side")
      #expect(sides.contains { $0 < 0.5 } && sides.contains { $0 >= 0.5 })
      try compare("{flip: true}") { n, h, w, c in
        Self.pixel(n, h, sides[n] < 0.5 ? Self.width - 1 - w : w, c)
      }
    }

    @Test(arguments: [1, 2, 3, 4, 5]) func cutoutSetsASquareToZero(_ length: Int) throws {
      let rows = Augmented.uniform("augment/cutout/1/centre1").map { $0 * Double(Self.height) }
      let columns = Augmented.uniform("augment/cutout/1/centre2").map { $0 * Double(Self.width) }
      try compare("{cutout: {length: \(length)}}") { n, h, w, c in
        let isInside =
          abs(Double(h) + 0.5 - rows[n]) < Double(length) / 2
          && abs(Double(w) + 0.5 - columns[n]) < Double(length) / 2
        return isInside ? 0 : Self.pixel(n, h, w, c)
      }
    }

    @Test(arguments: [0.1, 1, 4]) func mixupMixesWithTheNext(_ alpha: Double) throws {
      let shares = Augmented.shares("augment/mixup/1", alpha: alpha)
      try compare("{mixup: {alpha: \(alpha)}}") { n, h, w, c in
        shares[n] * Self.pixel(n, h, w, c) + (1 - shares[n]) * Self.pixel(n + 1, h, w, c)
      }
    }

    @Test(arguments: [0.3, 1]) func cutmixPutsABoxOfTheNextIn(_ alpha: Double) throws {
      let shares = Augmented.shares("augment/cutmix/1", alpha: alpha)
      let rows = Augmented.uniform("augment/cutmix/1/centre1").map { $0 * Double(Self.height) }
      let columns = Augmented.uniform("augment/cutmix/1/centre2").map { $0 * Double(Self.width) }
      try compare("{cutmix: {alpha: \(alpha)}}") { n, h, w, c in
        let half = (1 - shares[n]).squareRoot() / 2
        let isInside =
          abs(Double(h) + 0.5 - rows[n]) < half * Double(Self.height)
          && abs(Double(w) + 0.5 - columns[n]) < half * Double(Self.width)
        return Self.pixel(isInside ? n + 1 : n, h, w, c)
      }
    }

    @Test func aSquareInsideHasItsSizeAndOthersAreCutOff() throws {
      // Images of ones, each of which loses the pixels that the square covers.
      let augmented = try Augmented("{cutout: {length: 4}}", batch: 400)
      let x = try augmented.x([400, 8, 8, 1])
      let found = try augmented.run(
        augmented.augmenter.seen(x), x: [Double](repeating: 1, count: 400 * 64))
      let lost = (0..<400).map { n in 64 - found[n * 64..<(n + 1) * 64].reduce(0, +) }
      #expect(lost.max() == 16)
      #expect(lost.min() == 4)
      // A side has 4, 3 or 2 pixels inside with probability 5/8, 2/8 and 1/8, which is 3.5 on average.
      let mean = Double(lost.reduce(0, +)) / 400
      #expect(abs(mean - 3.5 * 3.5) < 0.9, "\(mean)")
    }

    // MARK: Sounds

    static let length = 50
    static let samples = numbers(batch * length, seed: 2)

    private func sound(_ augment: String) throws -> (Augmented, [Float]) {
      let augmented = try Augmented(
        augment,
        data:
          "kind: audio, source: tones, length: 1024, sample_rate: 1000, representation: waveform",
        example: .sound(samples: Self.length))
      let y = try augmented.augmenter.seen(augmented.x([Self.batch, Self.length, 1]))
      return (augmented, try augmented.run(y, x: Self.samples))
    }

    @Test func cutoutOfASoundIsAStretch() throws {
      let centres = Augmented.uniform("augment/cutout/1/centre1").map { $0 * Double(Self.length) }
      let (_, found) = try sound("{cutout: {length: 7}}")
      for index in found.indices {
        let distance = abs(Double(index % Self.length) + 0.5 - centres[index / Self.length])
        #expect(Double(found[index]) == (distance < 3.5 ? 0 : Self.samples[index]), "\(index)")
      }
    }

    @Test func timeMasksAreStretches() throws {
      let (_, found) = try sound(
        "{spec_augment: {time_masks: 2, time_length: 20, frequency_masks: 0}}")
      let lengths = (0..<2).map { mask in
        Augmented.uniform("augment/spec_augment/1/time\(mask)/length").map { $0 * 20 }
      }
      let starts = (0..<2).map { mask in
        zip(Augmented.uniform("augment/spec_augment/1/time\(mask)/start"), lengths[mask])
          .map { $0 * (Double(Self.length) - $1) }
      }
      for index in found.indices {
        let (n, t) = (index / Self.length, Double(index % Self.length))
        let isMasked = (0..<2).contains {
          t >= starts[$0][n] && t < starts[$0][n] + lengths[$0][n]
        }
        #expect(Double(found[index]) == (isMasked ? 0 : Self.samples[index]), "\(index)")
      }
      #expect(found.contains(0) && !found.allSatisfy { $0 == 0 })
    }

    @Test(arguments: [16, 18, 64, 128]) func aSpectrumWithoutMasksIsTheSound(_ window: Int) throws {
      let (_, found) = try sound(
        "{spec_augment: {time_masks: 0, frequency_length: 1e-9, window: \(window)}}")
      let worst = worstError(found, Self.samples, absolute: 1e-6, relative: 0)
      #expect(worst < 1, "\(worst)")
    }

    @Test(arguments: [16, 18]) func frequencyMasksRemoveBins(_ window: Int) throws {
      let (_, found) = try sound(
        "{spec_augment: {time_masks: 0, frequency_masks: 2, frequency_length: 200, "
          + "window: \(window)}}")
      let lengths = (0..<2).map { mask in
        Augmented.uniform("augment/spec_augment/1/frequency\(mask)/length").map { $0 * 200 }
      }
      let starts = (0..<2).map { mask in
        zip(Augmented.uniform("augment/spec_augment/1/frequency\(mask)/start"), lengths[mask])
          .map { $0 * (500 - $1) }
      }
      let expected = (0..<Self.batch).flatMap { n in
        Self.withoutBins(Array(Self.samples[n * Self.length..<(n + 1) * Self.length]), window) {
          bin in
          let hertz = Double(bin) * 1000 / Double(window)
          return (0..<2).contains {
            hertz >= starts[$0][n] && hertz < starts[$0][n] + lengths[$0][n]
          }
        }
      }
      let worst = worstError(found, expected, absolute: 1e-5, relative: 0)
      #expect(worst < 1, "\(worst)")
      #expect(worstError(found, Self.samples, absolute: 0.1, relative: 0) > 1)
    }

    /// Removes frequency bins from a sound by Fourier transforms of overlapping windows, written out as sums.
    static func withoutBins(_ x: [Double], _ window: Int, _ isRemoved: (Int) -> Bool) -> [Double] {
      let hop = window / 2
      var result = [Double](repeating: 0, count: x.count)
      for start in stride(from: -hop, to: x.count, by: hop) {
        let frame = (0..<window).map { t in
          x.indices.contains(start + t) ? x[start + t] * sin(.pi * Double(t) / Double(window)) : 0
        }
        for t in 0..<window where x.indices.contains(start + t) {
          var value = 0.0
          for bin in 0..<window where !isRemoved(min(bin, window - bin)) {
            for (other, sample) in frame.enumerated() {
              value += sample * cos(2 * .pi * Double(bin * (t - other)) / Double(window))
            }
          }
          result[start + t] += value / Double(window) * sin(.pi * Double(t) / Double(window))
        }
      }
      return result
    }

    // MARK: Gradients and passes

    static let images = [
      "{flip: true}", "{cutout: {length: 3}}", "{mixup: {}}", "{cutmix: {}}",
      "{flip: true, cutout: {length: 2}, mixup: {}, cutmix: {}}",
    ]
    static let sounds = [
      "{cutout: {length: 5}}", "{mixup: {}}", "{spec_augment: {time_length: 9, window: 16}}",
    ]

    @Test(arguments: images) func gradientsGoThroughImages(_ augment: String) throws {
      let augmented = try Augmented(augment)
      let x = try augmented.x([4, 4, 3, 2])
      try checkGradient(augmented.augmenter.seen(x), by: x)
    }

    @Test(arguments: sounds) func gradientsGoThroughSounds(_ augment: String) throws {
      let augmented = try Augmented(
        augment, data: "kind: audio, source: tones, representation: waveform",
        example: .sound(samples: 24))
      let x = try augmented.x([4, 24, 1])
      try checkGradient(augmented.augmenter.seen(x), by: x)
    }

    private func checkGradient(_ y: Tensor, by x: Tensor) throws {
      let weights = try x.graph.input("weights", shape: y.shape)
      let error = try projectionError((y * y * weights).sum(), by: [x])
      #expect(error < 1e-6, "\(error)")
    }

    @Test func eachPassHasRandomNumbersOfItsOwn() throws {
      let augmented = try Augmented(
        "{flip: true, cutout: {}, mixup: {}, cutmix: {}, manifold_mixup: {at: '*.input'}}")
      let x = try augmented.x(Self.shape)
      for _ in 0..<3 { _ = try augmented.augmenter.seen(x) }
      let streams = augmented.forward.graph.nodes.compactMap { node -> String? in
        guard case .random(let stream, _) = node.operation else { return nil }
        return stream
      }
      #expect(Set(streams).count == streams.count)
      #expect(streams.count { $0.hasPrefix("augment/cutout/3/") } == 2)
      #expect(
        augmented.inputs.changing.map { augmented.forward.graph.nodes[$0.input.id].operation }
          == (1...3).flatMap {
            [.input("augment/mixup/\($0)/share"), .input("augment/cutmix/\($0)/share")]
          })
      #expect(augmented.augmenter.draws["flip"] == [.step: 3])
    }

    @Test func whatAVAEGivesBackIsCleanWhereOnlyPartsAreHidden() throws {
      let hiding = try Augmented("{cutout: {}}", model: "{family: vae, backbone: mlp}")
      let x = try hiding.x(Self.shape)
      #expect(try hiding.augmenter.changed(x).id == x.id)
      #expect(try hiding.augmenter.target(x).id == x.id)
      #expect(try hiding.augmenter.hidden(x).id != x.id)
      for augment in ["{flip: true}", "{mixup: {}}", "{cutmix: {}}"] {
        let changing = try Augmented(augment, model: "{family: vae, backbone: mlp}")
        let x = try changing.x(Self.shape)
        #expect(try changing.augmenter.changed(x).id != x.id)
        #expect(try changing.augmenter.hidden(x).id == x.id)
      }
    }
  }
}
