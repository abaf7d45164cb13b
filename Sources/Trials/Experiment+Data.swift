internal import Specification
internal import Evaluation
internal import Training
public import Experiments
internal import Complaints
public import Datasets
internal import Foundation
internal import Metrics
internal import Models
internal import Records

/// The data of an experiment, loaded as its file says.
extension Experiment {
  /// Loads the data, plants canaries where they are asked for, and checks that a batch fits in it.
  ///
  /// - Throws: `DataError` or `InputError`.
  public func loadData(progress: LoadProgress?) throws -> Dataset {
    let dataset = try planted(
      load(source(data.origin), labels: classLabels(data.labels), progress))
    guard train.batch <= dataset.trained.count else {
      throw InputError(
        place(of: "train.batch"), key: "train.batch",
        expected: "at most the \(dataset.trained.count) training examples there are",
        found: "\(train.batch)")
    }
    guard hasClasses else { return dataset }
    try checkClasses(of: dataset)
    let labelled = data.shufflesLabels ? dataset.shufflingLabels() : dataset
    return data.wrongLabels > 0 ? try mislabelled(labelled) : labelled
  }

  /// Gives the share `data.wrong_labels` of the training examples another class.
  private func mislabelled(_ dataset: Dataset) throws -> Dataset {
    let wrong = dataset.mislabelling(data.wrongLabels)
    guard wrong.mislabelled.isEmpty else { return wrong }
    throw InputError(
      place(of: "data.wrong_labels"), key: "data.wrong_labels",
      expected: "a share that is at least one of the \(dataset.training.count) training examples",
      found: "\(data.wrongLabels)")
  }

  /// Plants the canaries of `data.canaries`.
  private func planted(_ dataset: Dataset) throws -> Dataset {
    guard let asked = data.canaries else { return dataset }
    let canaries = Canaries(
      count: asked.count, repeats: asked.repeats,
      sampleRateHz: data.kind == .audio ? data.sampleRateHz : nil)
    guard canaries.rows <= dataset.training.count else {
      let sum = asked.repeats.map(String.init).joined(separator: " + ")
      throw InputError(
        place(of: "data.canaries"), key: "data.canaries",
        expected:
          "count × the sum of repeats of at most the \(dataset.training.count) training examples",
        found: "\(canaries.rows) (\(asked.count) × (\(sum)))")
    }
    return try dataset.planting(canaries)
  }

  /// Hashes that identify the data: of each set, by its name, of a feature network's file, as `features`, and of the
  /// files that a trainer's command names.
  ///
  /// - Throws: `DataError` when one of the files cannot be read.
  public func hashes(of dataset: Dataset) throws -> [String: String] {
    var hashes = Dictionary(
      dataset.fingerprints.map { ($0.set, $0.hash) }, uniquingKeysWith: { a, _ in a })
    if model.family.isGenerative, case .network(let file) = metrics.features {
      hashes["features"] = try ContentDigest.text(ofFile: file.resolved)
    }
    if let trainer {
      hashes.merge(try TrainerCommand.hashes(of: trainer, in: folder)) { own, _ in own }
    }
    return hashes
  }

  private func load(
    _ source: ExampleSource, labels: ClassLabels, isWhole: Bool = false, _ progress: LoadProgress?
  ) throws -> Dataset {
    let sets = isWhole ? SetChoices() : setChoices
    switch data.kind {
    case .images:
      var request = ImageRequest(
        source: source, size: data.size, channels: data.channels, skipBroken: data.skipBroken)
      (request.labels, request.cache, request.sets) = (labels, .standard, sets)
      return try Dataset.load(request, progress: progress)
    case .audio:
      var request = SoundRequest(
        source: source, sampleRateHz: data.sampleRateHz, length: data.length,
        skipBroken: data.skipBroken)
      (request.labels, request.cache, request.sets) = (labels, .standard, sets)
      request.windows = data.windows
      return try Dataset.load(request, progress: progress)
    }
  }

  private var setChoices: SetChoices {
    var sets = SetChoices(limit: data.limit, holdout: data.holdout)
    sets.test =
      switch data.test {
      case nil: .none
      case .share(let share): .share(share)
      case .files(let path): .source(.path(path.resolved), classLabels(data.testLabels))
      }
    (sets.keepsFolders, sets.allowsDuplicates) = (data.group == .parent, data.allowsDuplicates)
    return sets
  }

  /// Where classes come from, if the model needs some.
  ///
  /// - Parameter file: Labels in a file of their own; nil for those of the source.
  private func classLabels(_ file: InputPath?) -> ClassLabels {
    hasClasses ? file.map { .file($0.resolved) } ?? .ofSource : .none
  }

  /// True where the model tells classes apart, or is told of them.
  private var hasClasses: Bool { !model.family.isGenerative || model.isConditional }

  /// Checks that the classes are enough to train a model, and to measure a detector or classifier.
  private func checkClasses(of dataset: Dataset) throws {
    let trained = Set(dataset.training.labels).count
    guard trained > 1 else {
      throw InputError(
        place(of: "data"), key: "data", expected: "training examples of at least 2 classes",
        found: "of \(trained) (of \(dataset.classes.joined(separator: ", ")))")
    }
    guard !model.family.isGenerative else { return }
    let measured = dataset.measured
    let held = Set(measured.holdout.labels).count
    let needed = model.family == .detector ? 2 : 1
    guard held >= needed else {
      let key = measured.isOfTest ? "data.test" : "data.holdout"
      throw InputError(
        place(of: key), key: key,
        expected: model.family == .detector
          ? "held-out examples of both classes, which the metrics are of"
          : "held-out examples, which the metrics are of",
        found: held == 0 ? "none" : "of one class only")
    }
  }

  // MARK: Sources

  private func source(_ origin: Data.Origin) throws -> ExampleSource {
    switch origin {
    case .builtIn: .builtIn
    case .files(let path): .path(path.resolved)
    case .pair(let genuine, let generated):
      .classes([
        ExampleClass(name: "genuine", source: try side(genuine, beside: generated, "genuine")),
        ExampleClass(name: "generated", source: try side(generated, beside: genuine, "generated")),
      ])
    }
  }

  /// The source of one class of a detector: files, or samples of checkpoints, as many as the other class
  /// has examples. If both classes come from checkpoints, `metrics.samples` of each are drawn.
  private func side(
    _ origin: Data.Origin, beside other: Data.Origin, _ name: String
  ) throws -> ExampleSource {
    guard let checkpoints = try checkpoints(of: origin) else { return try source(origin) }
    var count = metrics.samples
    if try self.checkpoints(of: other) == nil {
      count = try load(source(other), labels: .none, isWhole: true, nil).training.count
    }
    return .array(try drawn(count, from: checkpoints, "data.\(name)"))
  }

  /// The checkpoints that a path names: one file, or those of the finished trials of a results folder; nil
  /// for other data.
  func checkpoints(of origin: Data.Origin) throws -> [URL]? {
    guard case .files(let path) = origin else { return nil }
    if path.resolved.hasSuffix(".safetensors") { return [URL(fileURLWithPath: path.resolved)] }
    let results = ResultsFolder(URL(fileURLWithPath: path.resolved, isDirectory: true))
    guard FileManager.default.fileExists(atPath: results.trialsFolder.path),
      FileManager.default.fileExists(atPath: results.experiment.path)
    else { return nil }
    let finished = results.trials().filter { $0.read().state == .finished }
    guard !finished.isEmpty else {
      throw DataError(
        file: path.resolved, problem: "expected a results folder with a finished trial, found none")
    }
    return finished.map(\.measuredModel)
  }

  /// Draws samples from generators, equally many from each, in the value range of files.
  private func drawn(_ count: Int, from checkpoints: [URL], _ key: String) throws -> ExampleArray {
    let generators = try checkpoints.enumerated().map {
      try Generator(checkpoint: $1, seed: UInt64($0), threads: 1)
    }
    let expected = try example.sizes
    let shape = data.kind == .images ? generators[0].shape : expected
    let rate = data.kind == .audio ? data.sampleRateHz : nil
    for (url, generator) in zip(checkpoints, generators) {
      guard generator.shape == shape, generator.shape.count == expected.count,
        generator.sampleRateHz == rate
      else {
        throw InputError(
          place(of: key), key: key,
          expected: "checkpoints of "
            + (rate.map { "sounds of shape \(shape) at \($0) Hz" } ?? "images of one shape"),
          found: "\(url.path) of "
            + (generator.sampleRateHz.map { "sounds of shape \(generator.shape) at \($0) Hz" }
              ?? "images of shape \(generator.shape)"))
      }
    }
    let values = try generators.enumerated().flatMap { index, generator in
      let own = (index + 1) * count / generators.count - index * count / generators.count
      return try generator.valuesOfFiles(
        generator.examples(generator.latents(own), classes: generator.classes(of: own)))
    }
    return ExampleArray(name: checkpoints[0].path, shape: shape, values: values)
  }
}
