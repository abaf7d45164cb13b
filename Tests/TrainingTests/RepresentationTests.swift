import Datasets
import Evaluation
import Experiments
import FolderSupport
import Foundation
import Layers
import Media
import Metrics
import Models
import Records
import Specification
import TestSupport
import Testing
import Training
import Trials

/// Runs a test with a small model of 40 tones of 512 samples at 8 kHz, in a new folder. Spectrograms have 16 frames.
func withTones<Result>(
  _ representation: String, _ settings: String, _ overrides: [String] = [],
  _ body: (Experiment, Dataset, URL) throws -> Result
) throws -> Result {
  try withTemporaryFolder { folder in
    let sizes =
      switch representation {
      case "waveform": ""
      case "stft": ", spectrogram: {window: 64, frames: 16}"
      default: ", spectrogram: {window: 64, frames: 16, bands: 8}"
      }
    let experiment = try Experiment.parse(
      """
      name: test
      data: {kind: audio, source: tones, sample_rate: 8000, length: 512, limit: 40, holdout: 0.01, representation: \(representation)\(sizes)}

      """ + settings, file: "test.yaml", folder: folder.path,
      overrides: overrides.map(Override.init(parsing:)))
    return try body(experiment, experiment.loadData(progress: nil), folder)
  }
}

extension TrainingSuite {
  /// The forms in which networks see sounds and make them.
  @Suite struct RepresentationTests {
    static let pictures = ["log_mel", "stft"]

    private func shape(_ representation: String) -> [Int] {
      representation == "stft" ? [16, 32, 2] : [16, 8, 1]
    }

    private func codec(_ experiment: Experiment) throws -> ExampleCodec {
      try ExampleCodec(experiment)
    }

    @Test(arguments: pictures, [Settings.gan, Settings.vae])
    func networksSeePicturesOfTheBatch(_ representation: String, _ settings: String) throws {
      try withTones(representation, settings) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        #expect(session.model.example == shape(representation))
        try session.advance(2)
        #expect(session.isFinite)
        let all = try codec(experiment).values(of: data.training)
        let size = shape(representation).reduce(1, *)
        let rows = Set((0..<40).map { Array(all[$0 * size..<($0 + 1) * size]) })
        let batch = session.batch(0)
        #expect(batch.count == 8 * size)
        for row in 0..<8 {
          #expect(rows.contains(Array(batch[row * size..<(row + 1) * size])), "example \(row)")
        }
      }
    }

    /// Values in −1…1 for tanh, in 0…1 for a Bernoulli VAE; sounds have the range of what networks see.
    @Test(arguments: pictures, [Settings.gan, Settings.vae + "loss: {likelihood: bernoulli}\n"])
    func samplesAreTheSoundsOfOutputs(_ representation: String, _ settings: String) throws {
      try withTones(representation, settings) { experiment, data, folder in
        let session = try TrainingSession(experiment, data, threads: 2)
        try session.advance(3)
        let latents = numbers(70 * experiment.model.latent, seed: 3).map { Float($0) }
        let outputs = try Predictor(session, dropout: .off)(latents).map { Float($0) }
        let file = folder.appending(path: "checkpoint.safetensors")
        try session.save(to: file)
        let generator = try Generator(checkpoint: file, seed: 0, threads: 2)
        #expect(generator.shape == [512, 1])
        let sounds = try generator.examples(latents)
        #expect(sounds.count == 70 * 512)
        let size = shape(representation).reduce(1, *)
        let range: ClosedRange<Float> = experiment.valueRange == .unit ? 0...1 : -1...1
        #expect(sounds.allSatisfy(range.contains))
        for row in [0, 69] {
          let expected = try codec(experiment).example(of: outputs[row * size..<(row + 1) * size])
          #expect(Array(sounds[row * 512..<(row + 1) * 512]) == expected, "sample \(row)")
        }
        #expect(
          try session.sample(3)
            == Generator(checkpoint: file, seed: 0, threads: 1)
            .examples(generator.latents(3)))
      }
    }

    @Test(arguments: pictures, [Settings.gan, Settings.vae])
    func trainingResumesToTheBit(_ representation: String, _ settings: String) throws {
      try withTones(representation, settings) { experiment, data, folder in
        let whole = try TrainingSession(experiment, data, threads: 1)
        try whole.advance(6)
        let file = folder.appending(path: "checkpoint.safetensors")
        try whole.save(to: file)
        let resumed = try TrainingSession(experiment, data, threads: 1)
        try resumed.restore(from: file)
        try whole.advance(4)
        try resumed.advance(4)
        #expect(resumed.bits == whole.bits && resumed.step == 10)
      }
    }

    /// Trials, their sheets and metrics end in the same bytes however often they are stopped.
    @Test(arguments: pictures) func anInterruptedTrialEndsInTheSameBytes(
      _ representation: String
    ) throws {
      try withTones(
        representation, Settings.gan, ["metrics.features=logmel", "train.sample_every=0"]
      ) {
        experiment, data, folder in
        let trials = TrialTests()
        let whole = trials.trial(experiment, folder.appending(path: "whole"))
        _ = try whole.run(data, shouldStop: { false }, report: { _ in })
        let broken = trials.trial(experiment, folder.appending(path: "broken"))
        var last = 0
        _ = try broken.run(data, shouldStop: { last == 7 }) { last = $0.step ?? last }
        _ = try broken.run(data, shouldStop: { false }, report: { _ in })
        let files = try trials.files(whole)
        #expect(try trials.files(broken) == files)
        #expect(files.keys.contains("samples/000012.wav") && files.keys.contains("nearest.wav"))
        // The hash is of the sounds.
        let waveforms = try experiment.overriding([
          Override(parsing: "data.representation=waveform"),
          Override(parsing: "data.spectrogram=null"),
        ])
        #expect(try waveforms.hashes(of: data) == experiment.hashes(of: data))
      }
    }

    @Test func theFormIsPartOfATrialsIdentity() throws {
      func hash(_ data: String, _ overrides: [String] = []) throws -> String {
        try Experiment.parse(
          "name: x\ndata: {kind: audio, source: tones, length: 8192\(data)}\nmodel: {family: gan}",
          file: "x.yaml", overrides: overrides.map(Override.init(parsing:))
        ).trialHash(seed: 0)
      }
      let plain = try hash(", representation: log_mel")
      #expect(
        try hash(", representation: log_mel, spectrogram: {window: 512, frames: 64, bands: 64}")
          == plain)
      let others = try [
        ", representation: waveform", ", representation: stft",
        ", representation: log_mel, spectrogram: {bands: 32}",
        ", representation: log_mel, spectrogram: {frames: 32}",
        ", representation: log_mel, spectrogram: {window: 256, frames: 64}",
      ].map { try hash($0) }
      #expect(Set(others + [plain]).count == 6)
    }

    @Test func theFormIsTold() throws {
      func form(_ representation: String) throws -> String? {
        try withTones(representation, Settings.gan) { experiment, data, _ in
          try Plan(TrainingSession(experiment, data, threads: 1), data).form
        }
      }
      #expect(
        try form("log_mel")
          == "sounds as log-mel spectrograms of 16×8: windows of 64 samples, 32 apart")
      #expect(
        try form("stft")
          == "sounds as spectrograms with phases (stft) of 16×32×2: windows of 64 samples, 32 apart"
      )
      #expect(try form("waveform") == "sounds as waveforms of 512 samples")
    }

    // MARK: What is measured

    @Test(arguments: pictures) func classifiersAreMeasured(_ representation: String) throws {
      try withTones(
        representation,
        """
        model: {family: classifier, backbone: conv, width: 4}
        train: {steps: 4, batch: 8}
        dropout: [{at: "classifier.*.post_act", rate: 0.3}]
        metrics: {attacks: {fgsm: [0.03], pgd: [0.03]}, corruptions: {blur: [0, 1], noise: [0.1], resample: [2]},
          averaging: [2], probes: [activation_sparsity], masks: 3}

        """
      ) { experiment, data, folder in
        let trial = TrialTests().trial(experiment, folder)
        #expect(try trial.run(data, shouldStop: { false }, report: { _ in }) == .finished)
        let values = try #require(try MetricsDocument.read(from: trial.folder.metrics)).values
        // A blur of no width leaves the sounds, so that what is seen of them is the same.
        #expect(values["accuracy_blur_0"]?.value == values["accuracy"]?.value)
        for key in ["accuracy_fgsm_0.03", "accuracy_pgd_0.03", "accuracy_noise_0.1"] {
          #expect(values[key]?.value != nil, "\(key)")
        }
        let classifier = try Classifier(checkpoint: trial.folder.checkpoint, threads: 1)
        let one = data.holdout.part([0])
        let cells = try classifier.cells(of: [one])
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.restore(from: trial.folder.checkpoint)
        let expected = try Predictor(session, dropout: .off)(codec(experiment).values(of: one))
        #expect(cells[0].dropFirst().compactMap(Double.init) == expected)
      }
    }

    @Test(arguments: ["gan", "vae"]) func gapsAreOfWhatIsSeen(_ family: String) throws {
      let settings = family == "gan" ? Settings.gan : Settings.vae
      try withTones("log_mel", settings, ["train.sample_every=0", "data.holdout=0.02"]) {
        experiment, data, folder in
        let trial = TrialTests().trial(experiment, folder)
        #expect(try trial.run(data, shouldStop: { false }, report: { _ in }) == .finished)
        let values = try #require(try MetricsDocument.read(from: trial.folder.metrics)).values
        let key = family == "gan" ? "discriminator_gap" : "log_likelihood_gap"
        #expect(values[key]?.value?.isFinite == true)
      }
    }

    @Test func theEncoderOfACheckpointSeesPictures() throws {
      try withTones("log_mel", Settings.vae) { experiment, data, folder in
        let session = try TrainingSession(experiment, data, threads: 1)
        let file = folder.appending(path: "vae.safetensors")
        try session.save(to: file)
        let sounds = try RawExamples(data.training)
        let space = try Experiment.Metrics.Features.parse(
          file.path, option: "--features", for: .audio)
        let features = try FeatureExtractor(space, training: sounds, sampleRateHz: 8000)
          .features(of: sounds, "test")
        #expect(features.count == 40 && features.dimension == 3)
        let first = (0..<40).map { example in features.values[example * 3] }
        #expect(Set(first).count == 40)
      }
    }

    // MARK: Losses

    /// One deviation of all values of waveforms, one for each frequency and channel of spectrograms.
    @Test(arguments: [("waveform", [1]), ("log_mel", [8, 1]), ("stft", [32, 2])])
    func deviationsAreLearned(_ representation: String, _ shape: [Int]) throws {
      try withTones(representation, Settings.vae, ["optimizer={name: adamw, weight_decay: 0.5}"]) {
        experiment, data, folder in
        #expect(experiment.loss.likelihood == .gaussianLearned)
        let session = try TrainingSession(experiment, data, threads: 1)
        let name = "decoder.deviation.logarithm"
        let parameter = try #require(session.model.parameters.first { $0.name == name })
        #expect(parameter.shape == shape && parameter.isTrainable && !parameter.isDecayed)
        let plan = try Plan(TrainingSession(experiment, data, threads: 1), data)
        let row = try #require(plan.layers.first { $0.layer == "decoder.deviation" })
        #expect(row.shape == session.model.example && row.parameters == shape.reduce(1, *))
        try session.advance(60)
        let losses = Dictionary(uniqueKeysWithValues: session.losses().map { ($0.name, $0.value) })
        let deviations = session.values(name).map { exp(log1p(exp(10 * Double($0) + 6)) - 6) }
        #expect(deviations.allSatisfy { $0 < 0.95 }, "\(deviations)")
        if shape.reduce(1, *) > 1 { #expect(Set(deviations).count > 1) }
        // The log has the mean before the step.
        let mean = deviations.reduce(0, +) / Double(deviations.count)
        let logged = try #require(losses["deviation"])
        #expect(logged > mean && logged < mean * 1.02)
        let file = folder.appending(path: "checkpoint.safetensors")
        try session.save(to: file)
        #expect(try SafetensorsFile(file).shape(of: name) == shape)
      }
    }

    /// The deviation is held above e⁻⁶, where the data are learned by heart.
    @Test func deviationsStayAboveTheLeast() throws {
      try withTones("waveform", Settings.vae) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        session.fill("decoder.deviation.logarithm", with: [-50])
        try session.advance(1)
        let losses = Dictionary(uniqueKeysWithValues: session.losses().map { ($0.name, $0.value) })
        #expect(abs((losses["deviation"] ?? 0) - exp(-6)) < 1e-6)
        try session.advance(20)
        #expect(session.isFinite)
      }
    }

    @Test(arguments: ["gaussian_learned", "gaussian", "bernoulli"])
    func spectraOfWaveformsAreLearned(_ likelihood: String) throws {
      let settings = Settings.vae + "loss: {likelihood: \(likelihood), stft: 0.5}\n"
      try withTones("waveform", settings) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.advance(1)
        func losses() -> [String: Double] {
          Dictionary(uniqueKeysWithValues: session.losses().map { ($0.name, $0.value) })
        }
        let first = losses()
        let spectral = try #require(first["stft"])
        let sum = try #require(first["reconstruction"]) + #require(first["kl"]) + 256 * spectral
        #expect(abs(try #require(first["loss"]) - sum) < 1e-3 * abs(sum))
        try session.advance(40)
        #expect(try #require(losses()["stft"]) < spectral)
      }
    }

    // MARK: Augmentation

    /// Silences the frames and bands of a mask: all of a spectrogram, as both are as long as can be.
    @Test(arguments: pictures) func maskedPlacesAreSilent(_ representation: String) throws {
      let sizes = representation == "stft" ? "window: 64" : "window: 64, bands: 8"
      let size = representation == "stft" ? 32 : 8
      let channels = representation == "stft" ? 2 : 1
      let augmented = try Augmented(
        "{spec_augment: {time_length: 200, frequency_length: 2000}}",
        data: "kind: audio, source: tones, sample_rate: 8000, length: 512, "
          + "representation: \(representation), spectrogram: {frames: 16, \(sizes)}",
        example: .spectrogram(
          SpectrogramSizes(window: 64, frames: 16, bands: size), channels: channels))
      let shape = [Augmented.batch, 16, size, channels]
      let x = numbers(shape.reduce(1, *), seed: 4)
      let found = try augmented.run(augmented.augmenter.seen(augmented.x(shape)), x: x)
      let axes = try #require(try ExampleCodec(augmented.experiment).axes)
      func stretches(_ what: String, _ longest: Double, _ end: Double) -> [ClosedRange<Double>] {
        let lengths = Augmented.uniform("augment/spec_augment/1/\(what)0/length")
        let starts = Augmented.uniform("augment/spec_augment/1/\(what)0/start")
        return zip(lengths, starts).map { length, start in
          let from = start * (end - length * longest)
          return from...from + length * longest
        }
      }
      let (times, bands) = (stretches("time", 200, 512), stretches("frequency", 2000, 4000))
      for (index, value) in found.enumerated() {
        let (channel, band) = (index % channels, index / channels % size)
        let (frame, example) = (index / channels / size % 16, index / channels / size / 16)
        let isMasked =
          times[example].contains(Double(axes.times[frame]))
          || bands[example].contains(Double(axes.frequenciesHz[band]))
        let silence: Float = channel == 0 ? -1 : 0
        #expect(value == (isMasked ? silence : Float(x[index])), "\(index)")
      }
      #expect(axes.times.first == 16 && axes.times.last == 496)
    }
  }
}
