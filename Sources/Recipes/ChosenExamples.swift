internal import Complaints
internal import Datasets
internal import Metrics
internal import Specification

/// The examples that a draft asks for, of what was found.
struct ChosenExamples {
  /// Images or sounds.
  let kind: ExampleKind
  /// Number of examples.
  let count: Int
  /// Number of images or sound files that they are from; those of one are all held out or none of them.
  let sources: Int
  /// What was found, such as `620 grey images, of 28 pixels on the shorter side`.
  let found: String
  /// Size of an example, such as `28×28 pixels`.
  let size: String
  /// The keys of `data` that say what an example is, but `path` and `holdout`.
  let keys: [DraftKey]
  /// An example as networks see it.
  let shape: ExampleShape

  /// Fewest examples that are worth an experiment. Half of so few are held out, chosen by chance, and nearly
  /// always as many are on each side as metrics need.
  private static let fewest = 3 * ExamplesNeeded().holdout

  /// One of them, in words.
  var noun: String { kind == .images ? "picture" : "sound" }

  /// The share of the examples that is held out.
  var holdout: Double { Recipe.holdout(of: count, from: sources) }

  /// The recipe for so many examples.
  var recipe: Recipe {
    Recipe.all.first { $0.largestCount.map { count <= $0 } ?? true }
      ?? Recipe.all[Recipe.all.count - 1]
  }

  /// Chooses the size of the examples.
  ///
  /// - Parameter path: Path of the data in errors.
  /// - Throws: `DataError` if there are too few of them.
  init(_ survey: DataSurvey, path: String) throws {
    self =
      switch survey.content {
      case .images(let stored): Self.images(stored)
      case .sounds(let stored): try Self.sounds(stored)
      case .soundArray(let count, let length): Self.soundArray(count: count, length: length)
      }
    guard count >= Self.fewest else {
      let needed = ExamplesNeeded()
      throw DataError(
        file: path,
        problem:
          "expected at least \(Self.fewest) \(kind == .images ? "images" : "examples"), which chance "
          + "divides: the metrics need \(needed.training) to train on and \(needed.holdout) held out; found "
          + found)
    }
  }

  init(
    kind: ExampleKind, count: Int, sources: Int, found: String, size: String, shape: ExampleShape,
    keys: [DraftKey]
  ) {
    (self.kind, self.count, self.sources) = (kind, count, sources)
    (self.found, self.size, self.shape, self.keys) = (found, size, shape, keys)
  }
}
