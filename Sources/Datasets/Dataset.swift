internal import Media
internal import Randomness

/// Examples in memory, divided into sets.
public struct Dataset: Sendable {
  /// Examples to train on, in an order that depends only on their content.
  public private(set) var training: Examples
  /// Examples kept from training; empty where none were asked for or the examples are too few.
  public private(set) var holdout: Examples
  /// Examples for the metrics at the end, which nothing was chosen by; nil where none were asked for.
  public private(set) var test: Examples?
  /// Broken files that were left out, by path.
  public let skipped: [SkippedFile]
  /// Remarks on the data for the user, a line each: what was resized, padded, cut, clipped or left out.
  public let notes: [String]
  /// Names of the classes; empty where examples have none.
  public let classes: [String]
  /// True where `holdout` is a test set; see `measured`.
  public private(set) var isOfTest = false
  /// The training examples that have another class than their own, by index, with that class of their own.
  public private(set) var mislabelled: [(index: Int, ownClass: Int)] = []
  /// The examples that are planted among `trained`, and in no other set; nil without any.
  public private(set) var canaries: Canaries?
  private var withCanaries: Examples?

  init(
    training: Examples, holdout: Examples, test: Examples? = nil, skipped: [SkippedFile],
    notes: [String], classes: [String] = []
  ) {
    self.training = training
    self.holdout = holdout
    self.test = test
    self.skipped = skipped
    self.classes = classes
    self.notes = notes
  }

  /// Makes a data set of training examples only.
  ///
  /// - Parameter classes: Names of their classes; empty where they have none.
  public init(training: Examples, classes: [String] = []) {
    self.init(
      training: training,
      holdout: Examples([], shape: training.shape, range: .unit, positions: []), skipped: [],
      notes: [], classes: classes)
  }

  /// The data that a finished model is measured with: the test set, where there is one, is the set kept from training.
  public var measured: Dataset {
    guard let test else { return self }
    var measured = self
    (measured.holdout, measured.test, measured.isOfTest) = (test, nil, true)
    return measured
  }

  /// What a model is trained on: the training examples and, behind them, the canaries with their repeats.
  public var trained: Examples { withCanaries ?? training }

  /// The data with canaries planted among what a model is trained on. `training`, which metrics compare with, is left
  /// as it is.
  ///
  /// - Throws: `DataError` where they do not fit in memory.
  /// - Precondition: The examples have no classes.
  public func planting(_ canaries: Canaries) throws -> Dataset {
    var data = self
    data.canaries = canaries
    data.withCanaries = try training.followed(by: canaries.examples(shape: training.shape))
    return data
  }

  /// The data with the classes of each set's examples given to others of the set, in an order that depends only on how
  /// many there are. A class keeps its number of examples, and tells nothing of them.
  ///
  /// Source: Zhang et al. 2017, "Understanding deep learning requires rethinking generalization", arXiv:1611.03530,
  /// §2.2; of generators, Gu et al. 2023, "On memorization in diffusion models", arXiv:2310.02664.
  public func shufflingLabels() -> Dataset {
    func shuffled(_ examples: Examples, _ name: String) -> Examples {
      let order = RandomStream("labels/\(name)", seed: 0).permutation(examples.count)
      return examples.labelled(order.map { examples.labels[$0] })
    }
    var data = self
    data.training = shuffled(training, "training")
    data.holdout = shuffled(holdout, "holdout")
    data.test = test.map { shuffled($0, "test") }
    return data
  }

  /// The data with another class than its own for a share of the training examples, each other class as likely. Which
  /// examples and which classes depends on nothing but their numbers.
  ///
  /// - Precondition: There are at least two classes.
  public func mislabelling(_ share: Double) -> Dataset {
    let stream = RandomStream("labels/wrong", seed: 0)
    let count = Int((share * Double(training.count)).rounded())
    let chosen = stream.permutation(training.count).prefix(count)
    var labels = training.labels
    let wrong = Self.otherClasses(
      of: chosen.map { labels[$0] }, classes: classes.count, stream: "labels/shift")
    for (index, label) in zip(chosen, wrong) { labels[index] = label }
    var data = self
    data.training = training.labelled(labels)
    data.mislabelled = chosen.sorted().map { ($0, training.labels[$0]) }
    return data
  }

  /// For each class another one, each as likely.
  ///
  /// - Parameter stream: Name of the random numbers.
  package static func otherClasses(of labels: [Int], classes: Int, stream: String) -> [Int] {
    zip(labels, RandomStream(stream, seed: 0).uniform(labels.count, step: 0)).map { label, u in
      (label + 1 + Int(u * Float(classes - 1))) % classes
    }
  }

  /// Training examples of their own in the place of these, with the same canaries, and nothing held out.
  ///
  /// - Throws: `DataError` where they do not fit in memory.
  public func trainingOnly(_ examples: Examples) throws -> Dataset {
    let data = Dataset(training: examples, classes: classes)
    return try canaries.map(data.planting) ?? data
  }

  /// The sets with their sizes, in words: `3964 training examples, 1000 held out`; canaries last.
  public var text: String {
    "\(training.count) training examples, \(holdout.count) held out"
      + (test.map { ", \($0.count) in the test set" } ?? "")
      + (mislabelled.isEmpty ? "" : ", \(mislabelled.count) trained with a wrong class")
      + (canaries.map { ", \($0.planted) canaries planted in \($0.rows) more rows" } ?? "")
  }

  /// Loads and divides images.
  ///
  /// Images are hashed after cropping and resizing. Those with hashes below the hold-out share are held
  /// out, and those above 1 minus the test share are the test set, so that equal images fall into the same set, and
  /// neither names, order nor `limit` move an image to another. A limit keeps the training examples with the lowest
  /// hashes (with classes, of each class in proportion), so that the examples of a smaller limit are among those of a
  /// larger one.
  ///
  /// - Returns: Examples of shape [H, W, C].
  /// - Throws: `DataError` or `FileError` if the data cannot be read; `DataError` if no training example is
  ///   left, or fewer than `limit`, or an example is in two sets.
  public static func load(_ request: ImageRequest, progress: LoadProgress? = nil) throws -> Dataset
  {
    try request.validate()
    return try SetMaker<ImagePool>(request, progress).dataset()
  }

  /// Loads and divides sounds.
  ///
  /// Works as for images, but keeps whole files together, by the hash of their decoded samples, so that the
  /// windows of one file are never in two sets. Nothing is held out where all examples come from one
  /// sound.
  ///
  /// - Returns: Examples of shape [T, 1].
  /// - Throws: As for images.
  public static func load(_ request: SoundRequest, progress: LoadProgress? = nil) throws -> Dataset
  {
    try request.validate()
    return try SetMaker<SoundPool>(request, progress).dataset()
  }
}
