import Complaints
import Foundation
import Records
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// The plan that `lethe check` prints.
  @Suite struct PlanTests {
    private func plan(_ settings: String, _ overrides: [String] = []) throws -> Plan {
      try withExperiment(settings, overrides) { experiment, data, _ in
        try Plan(TrainingSession(experiment, data, threads: 1), data)
      }
    }

    private func placement(_ plan: Plan, _ site: String) throws -> Plan.Placement {
      try #require(plan.sites.first { $0.site == site }?.dropout, "\(site)")
    }

    @Test func placementsSayWhatIsDropped() throws {
      let plan = try plan(Settings.gan)
      let entry = try placement(plan, "discriminator.block1.post_act")
      #expect(entry.type == "bernoulli" && entry.rate == 0.4 && !entry.isLearned)
      #expect(entry.schedule == "linear" && entry.cutoff == 9 && entry.scaling == "inverted")
      #expect(entry.mask == [8, 4, 4, 4] && entry.drawnFor == "pass")
      // Two updates of the discriminator, each with a real and a generated batch.
      #expect(entry.draws == ["d_step": 4, "g_step": 1])
      #expect(
        try placement(plan, "generator.block1.post_act").draws == ["d_step": 2, "g_step": 1])
      #expect(plan.augment.isEmpty)
    }

    @Test func aVAEHasOneKindOfStep() throws {
      let plan = try plan(Settings.vae)
      let entry = try placement(plan, "decoder.block1.post_act")
      #expect(entry.draws == ["step": 1] && entry.activeIn == nil)
      #expect(entry.schedule == "late" && entry.cutoff == 3)
    }

    @Test func everyDiscriminatorSeesRealAndGeneratedExamplesAlike() throws {
      let plan = try plan(Settings.augmented, Settings.augment)
      // Each of two discriminators gets real and generated examples, and gets both again in the relativistic loss of
      // the generator. The gradient penalty adds a pass between the augmented examples.
      let examples = ["cutmix", "cutout", "flip", "mixup"]
      #expect(plan.augment.map(\.name) == (examples + ["manifold_mixup"]).sorted())
      for augmentation in plan.augment {
        let passes = augmentation.name == "manifold_mixup" ? 6 : 4
        #expect(augmentation.draws == ["d_step": passes, "g_step": 4], "\(augmentation.name)")
      }
      let feedback = try placement(plan, "discriminator.feedback")
      #expect(feedback.options == ["discriminators": 2] && feedback.mask == [2])
      #expect(feedback.draws == ["g_step": 1])
      let entry = try placement(plan, "discriminator.block1.post_act")
      #expect(entry.draws == ["d_step": 6, "g_step": 4])
      let copies = plan.layers.filter { $0.layer.hasPrefix("discriminator#2.") }
      #expect(copies.count == plan.layers.count { $0.layer.hasPrefix("discriminator.") })
    }

    @Test func keysOfTheDocument() throws {
      let data = try JSONEncoder().encode(plan(Settings.augmented, Settings.augment))
      let text = String(decoding: data, as: UTF8.self)
      for key in [
        "layers", "sites", "parameters", "flops_per_step", "memory_bytes", "seconds", "warnings",
        "augment", "dropout", "type", "rate", "mask", "schedule", "scaling", "share", "options",
        "active_in", "draws", "drawn_for", "learned", "d_step", "g_step",
      ] {
        #expect(text.contains("\"\(key)\":"), "\(key)")
      }
    }

    // MARK: Warnings

    static let conv =
      "model: {family: gan, backbone: conv, latent: 3, width: 4, norm: batch}\ntrain: {batch: 8}\n"

    static let warnings = [
      (
        "{at: 'generator.block1.pre_norm', rate: 0.5}",
        "dropout at generator.block1.pre_norm changes"
      ),
      (
        "{at: 'generator.pre_output', rate: 0.5}",
        "dropout at generator.pre_output is on the output"
      ),
      (
        "{at: 'generator.block1.post_act', type: spatial, rate: 0.2}",
        "dropout at generator.block1.post_act drops less than one of its 4 units"
      ),
      (
        "{at: 'generator.block1.post_act', rate: 0.5, schedule: early, cutoff: 2999}",
        "dropout.0: schedule early ends at step 2999 of 3000"
      ),
      (
        "{at: 'generator.block1.post_act', rate: 0.5, schedule: early, cutoff: 3000}",
        "dropout.0: schedule early with cutoff 3000 is the same as constant in a training of 3000"
      ),
      (
        "{at: 'generator.block1.post_act', rate: 0.5, schedule: linear, cutoff: 7}",
        "dropout.0: schedule linear ends at step 7 of 3000"
      ),
    ]

    @Test(arguments: warnings) func whatIsLikelyToBeAMistake(_ entry: String, _ text: String) throws
    {
      let plan = try plan(Self.conv + "dropout: [\(entry)]\n")
      #expect(plan.warnings.count == 1)
      #expect(plan.warnings.first?.hasPrefix(text) == true, "\(plan.warnings)")
    }

    static let quiet = [
      "{at: 'generator.block1.post_norm', rate: 0.5}", "{at: '*.post_act', rate: 0.5}",
      "{at: 'generator.block1.post_act', type: spatial, rate: 0.25}",
      "{at: 'generator.block1.pre_norm', rate: 0}",
      "{at: 'generator.block1.post_act', rate: 0.5, schedule: late, cutoff: 100}",
      "{at: 'generator.block1.post_act', rate: 0.5, schedule: linear, cutoff: 4000}",
      "{at: 'generator.block1.post_act', rate: 0.5, schedule: curriculum, cutoff: 100}",
    ]

    @Test(arguments: quiet) func whatIsFineIsNotWarnedOf(_ entry: String) throws {
      #expect(try plan(Self.conv + "dropout: [\(entry)]\n").warnings == [])
    }

    @Test func onlyBatchNormIsWarnedOf() throws {
      let entry = "dropout: [{at: 'generator.block1.pre_norm', rate: 0.5}]\n"
      #expect(try plan(Self.conv + entry, ["model.generator.norm=layer"]).warnings == [])
    }

    @Test func aBoundOnWeightsThatAreDividedAnyway() throws {
      let plan = try plan(Self.conv, ["model.discriminator.norm=spectral", "loss.max_norm=1"])
      #expect(plan.warnings.count == 1)
      #expect(plan.warnings.first?.hasPrefix("loss.max_norm changes nothing in the discr") == true)
    }

    @Test func masksOfSamplesNeedDropoutWhereSamplesAreMade() throws {
      func warnings(_ site: String) throws -> [String] {
        let entry = "dropout: [{at: '\(site).block1.post_act', rate: 0.5}]\n"
        return try plan(Self.conv + entry, ["sampling.dropout=stochastic"]).warnings
      }
      #expect(
        try warnings("discriminator") == [
          "sampling.dropout changes nothing: there is no dropout in the generator"
        ])
      #expect(try warnings("generator") == [])
    }

    @Test func feedbackIsForGANs() throws {
      let settings = """
        model: {family: vae, backbone: mlp}
        train: {batch: 8}
        dropout: [{type: feedback, at: '*', rate: 0.5}]

        """
      let error = #expect(throws: InputError.self) { try plan(settings) }
      #expect(
        error.map { "\($0)" }?.contains(
          "expected a site where feedback can go, of which this model has none") == true)
    }
  }
}
