import Specification
import Experiments
import Complaints
import Autodiff
import Layers
import Models
import Records
import TestSupport
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Compares augmentations of hidden states with plain loops over the same random numbers.
  @Suite struct SiteAugmentationTests {
    static let batch = Augmented.batch
    static let image = ExampleShape.image(height: 16, width: 16, channels: 1)
    static let imageAxes: [Axis] = [.batch, .height, .width, .channels]

    // MARK: Manifold mixup

    private func mixing(_ at: String, family: String = "gan") throws -> Augmented {
      try Augmented(
        "{manifold_mixup: {alpha: 1, at: \(at)}}", model: "{family: \(family), backbone: conv}",
        example: Self.image)
    }

    /// Passes x of shape [N, 2, 1, 1] through the site `post_act` of a block.
    private func pass(_ augmented: Augmented, _ x: Tensor, block: Int) throws -> Tensor {
      let address = "\(augmented.network.role.rawValue).block\(block)"
      return try augmented.forward.site(.postAct, of: address, x, Self.imageAxes)
    }

    @Test func manifoldMixupMixesAtItsSite() throws {
      let augmented = try mixing("discriminator.block2.post_act")
      let x = try augmented.x([Self.batch, 2, 1, 1])
      let values = numbers(2 * Self.batch, seed: 4)
      #expect(try pass(augmented, x, block: 1).id == x.id)
      for visit in 1...2 {
        let y = try augmented.run(pass(augmented, x, block: 2), x: values)
        let shares = Augmented.shares("augment/manifold_mixup/\(visit)", alpha: 1)
        let expected = values.indices.map { index in
          let share = shares[index / 2]
          return share * values[index] + (1 - share) * values[(index + 2) % values.count]
        }
        let worst = worstError(y, expected, absolute: 1e-6, relative: 0)
        #expect(worst < 1, "\(worst)")
      }
      #expect(augmented.augmenter.draws == ["manifold_mixup": [.step: 2]])
    }

    @Test func aPassTakesOneOfSeveralSites() throws {
      let augmented = try mixing("['*.block1.post_act', '*.block2.post_act']")
      let x = try augmented.x([Self.batch, 2, 1, 1])
      let values = numbers(2 * Self.batch, seed: 4)
      var taken = Set<Int>()
      for visit in 1...12 {
        let outputs = try (1...2).map { try pass(augmented, x, block: $0) }
        let place = Augmented.uniform("augment/manifold_mixup/\(visit)/site", 1)[0]
        for (index, output) in outputs.enumerated() {
          let isTaken = place < 0.5 ? index == 0 : index == 1
          let found = try augmented.run(output, x: values).map(Double.init)
          #expect((found == values) != isTaken)
          if isTaken { taken.insert(index) }
        }
      }
      #expect(taken == [0, 1])
      #expect(augmented.augmenter.draws == ["manifold_mixup": [.step: 12]])
    }

    @Test func aVAEGivesBackWhatWasMixed() throws {
      let augmented = try mixing("encoder.pre_output", family: "vae")
      let x = try augmented.x([Self.batch, 2])
      let values = numbers(2 * Self.batch, seed: 4)
      let hidden = try augmented.forward.site(.preOutput, of: "encoder", x, [.batch, .features])
      let target = try augmented.augmenter.target(x)
      #expect(try augmented.run(hidden, x: values) == augmented.run(target, x: values))
      #expect(try augmented.run(target, x: values).map(Double.init) != values)
    }

    // MARK: Phase shuffle

    private func shuffling(_ radius: Int, backbone: String = "conv") throws -> Augmented {
      try Augmented(
        "{phase_shuffle: {radius: \(radius)}}",
        data: "kind: audio, source: tones, length: 1024, representation: waveform",
        model: "{family: gan, backbone: \(backbone), width: 4}", example: .sound(samples: 1024))
    }

    @Test(arguments: [1, 2, 5]) func phaseShuffleShiftsEachExample(_ radius: Int) throws {
      let augmented = try shuffling(radius)
      let length = 9
      let x = try augmented.x([Self.batch, length, 2])
      let values = numbers(Self.batch * length * 2, seed: 6)
      let y = try augmented.forward.site(
        .postAct, of: "discriminator.block1", x, [.batch, .time, .channels])
      let found = try augmented.run(y, x: values)
      let places = Augmented.uniform("augment/phase_shuffle/1/shift0")
      for n in 0..<Self.batch {
        let start = Int(places[n] * Double(2 * radius + 1)) - radius
        for t in 0..<length {
          var source = abs(t + start)
          if source >= length { source = 2 * (length - 1) - source }
          for c in 0..<2 {
            let exact = values[(n * length + source) * 2 + c]
            #expect(Double(found[(n * length + t) * 2 + c]) == exact, "\([n, t, c])")
          }
        }
      }
    }

    @Test(arguments: ["conv", "resnet"]) func everyBlockButTheLastIsShuffled(_ backbone: String)
      throws
    {
      let augmented = try shuffling(2, backbone: backbone)
      _ = try augmented.network(augmented.x([Self.batch, 1024, 1]), augmented.forward)
      let streams = augmented.forward.graph.nodes.compactMap { node -> String? in
        guard case .random(let stream, _) = node.operation else { return nil }
        return node.scope + " " + stream
      }
      let place = backbone == "conv" ? "post_act" : "post_pool"
      let blocks = augmented.network.sites.count {
        $0.address.contains(".block") && $0.address.hasSuffix("." + place)
      }
      #expect(blocks > 1)
      #expect(
        streams
          == (1..<blocks).map {
            "discriminator.block\($0).\(place) augment/phase_shuffle/1/shift\($0 - 1)"
          })
    }

    @Test func gradientsGoThroughHooks() throws {
      let shuffled = try shuffling(2)
      let x = try shuffled.x([4, 7, 2])
      let y = try shuffled.forward.site(
        .postAct, of: "discriminator.block1", x, [.batch, .time, .channels])
      #expect(try projectionError((y * y).sum(), by: [x]) < 1e-6)
      let mixed = try mixing("'*.post_act'")
      let z = try mixed.x([4, 2, 2, 3])
      let w = try pass(mixed, z, block: 1)
      #expect(try projectionError((w * w).sum(), by: [z]) < 1e-6)
    }

    // MARK: What cannot act

    /// Cases of `data.augment`, `data`, `model` and the expected error.
    static let wrong = [
      (
        "{manifold_mixup: {at: 'generator.*'}}", "source: shapes, size: 8",
        "{family: gan, backbone: mlp, hidden: [4]}",
        "x.yaml:2: data.augment.manifold_mixup.at: expected a glob of sites of activations in the "
          + "discriminator, which are discriminator.input, discriminator.block1.post_linear, "
          + "discriminator.block1.post_act, discriminator.pre_output, found generator.*"
      ),
      (
        "{manifold_mixup: {at: '*.weights'}}", "source: shapes, size: 8",
        "{family: vae, backbone: mlp, hidden: [4]}",
        "x.yaml:2: data.augment.manifold_mixup.at: expected a glob of sites of activations in the "
          + "encoder, which are encoder.input, encoder.block1.post_linear, "
          + "encoder.block1.post_act, encoder.pre_output, found *.weights"
      ),
      (
        "{mixup: {}}", "source: shapes, size: 8", "{family: gan, backbone: mlp}",
        "x.yaml:2: data.augment.mixup: expected a train.batch of at least 2, as examples of a batch "
          + "are mixed, found 1"
      ),
      (
        "{phase_shuffle: {}}", "kind: audio, source: tones, length: 1024, representation: waveform",
        "{family: gan, backbone: mlp}",
        "x.yaml:2: data.augment.phase_shuffle: expected none with backbone mlp, found one"
      ),
      (
        "{phase_shuffle: {}}", "kind: audio, source: tones, length: 1024, representation: waveform",
        "{family: vae, backbone: rnn, frame: 32}",
        "x.yaml:2: data.augment.phase_shuffle: expected none with backbone rnn, found one"
      ),
      (
        "{phase_shuffle: {radius: 64}}",
        "kind: audio, source: tones, length: 1024, representation: waveform",
        "{family: gan, backbone: conv}",
        "x.yaml:2: data.augment.phase_shuffle.radius: expected less than the 64 places after the "
          + "last block but one, found 64"
      ),
    ]

    @Test(arguments: wrong)
    func whatCannotActIsAnError(_ augment: String, _ data: String, _ model: String, _ text: String)
      throws
    {
      let batch = augment.contains("mixup: {}") ? 1 : 8
      let experiment = try Experiment.parse(
        "name: x\ndata: {\(data), augment: \(augment)}\nmodel: \(model)\ntrain: {batch: \(batch)}",
        file: "x.yaml")
      let error = #expect(throws: InputError.self) {
        try TrainingSession(experiment, experiment.loadData(progress: nil), threads: 1)
      }
      #expect(error.map { "\($0)" } == text)
    }
  }
}
