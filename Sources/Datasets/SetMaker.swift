internal import Complaints
internal import Media

/// Loads the examples of a request and divides them into sets.
struct SetMaker<Pool: ExamplePool> {
  private let request: Pool.Request
  private let progress: LoadProgress?
  private let pool: Pool

  init(_ request: Pool.Request, _ progress: LoadProgress?) throws {
    self.request = request
    self.progress = progress
    pool = try Pool.load(request, progress: progress)
  }

  func dataset() throws -> Dataset {
    let choices = request.sets
    let hashes = pool.contentHashes()
    let sources = try choices.keepsFolders ? folders() : pool.sources(hashes)
    let isOneSource = pool.isUndivided(choices) && Set(sources).count == 1
    let split = try Split(
      hashes, sources: sources, labels: pool.labels.labels,
      holdout: isOneSource ? 0 : choices.holdout, test: isOneSource ? 0 : choices.test.share,
      limit: choices.limit, name: request.name)
    var sets = [
      ExampleSet("training", pool, split.training, of: request.name),
      ExampleSet("held-out", pool, split.holdout, of: request.name),
    ]
    let own = try testPool()
    if let (pool, name) = own {
      sets.append(ExampleSet("test", pool, Array(pool.valid.indices), of: name))
    } else if case .share = choices.test {
      sets.append(ExampleSet("test", pool, split.test, of: request.name))
    }
    let duplicates = try duplicates(among: sets)
    return Dataset(
      training: sets[0].examples, holdout: sets[1].examples,
      test: sets.count > 2 ? sets[2].examples : nil,
      skipped: pool.skipped + (own?.pool.skipped ?? []),
      notes: pool.leftOut + pool.notes
        + (own.map { $0.pool.leftOut + $0.pool.notes } ?? []).map { "test: \($0)" }
        + missing(sets, isOneSource: isOneSource) + duplicates + lacking(sets),
      classes: pool.labels.classes)
  }

  // MARK: Sources

  /// A hash of each example's folder, by its path below the folder of the data.
  private func folders() throws -> [UInt64] {
    guard !pool.fileNames.isEmpty else {
      throw DataError(
        file: request.name,
        problem:
          "group: expected a folder of files, whose folders are kept together, found other data")
    }
    let root = request.name.utf8
    return pool.fileNames.map { path in
      let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.utf8.startIndex
      let folder = path.utf8[..<end]
      let below = Array(folder.starts(with: root) ? folder.dropFirst(root.count) : folder)
      return below.withUnsafeBytes { ContentHash.of($0, from: 0, count: $0.count) }
    }
  }

  /// The test set where it has a source of its own, in the shape and with the classes of the other examples.
  private func testPool() throws -> (pool: Pool, name: String)? {
    guard case .source(let source, let labels) = request.sets.test else { return nil }
    var own = pool.request(request, like: source)
    own.labels = labels
    var found = try Pool.load(own, progress: progress)
    guard found.exampleShape == pool.exampleShape else {
      throw DataError(
        file: own.name,
        problem:
          "expected examples of shape \(pool.exampleShape), as the training examples have, found "
          + "\(found.exampleShape)")
    }
    if !pool.labels.classes.isEmpty {
      found.labels = try found.labels.numbered(as: pool.labels.classes, file: own.name)
    }
    return (found, own.name)
  }

  // MARK: Remarks

  /// Remarks on sets that were asked for and are empty.
  private func missing(_ sets: [ExampleSet<Pool>], isOneSource: Bool) -> [String] {
    let choices = request.sets
    let asked = [choices.holdout, choices.test.share]
    let empty = ["held out", "in the test set"]
    return zip(sets.dropFirst(), zip(asked, empty)).compactMap { set, said in
      guard said.0 > 0, set.indices.isEmpty else { return nil }
      return isOneSource
        ? "nothing is \(said.1): all examples come from one \(choices.keepsFolders ? "folder" : "sound"), which is not divided"
        : "nothing is \(said.1): the \(Pool.noun) are too few for a share of \(said.0)"
    }
  }

  /// Remarks on classes that a set has no example of.
  private func lacking(_ sets: [ExampleSet<Pool>]) -> [String] {
    sets.compactMap { set in
      guard set.name == "training" || !set.indices.isEmpty else { return nil }
      let found = Set(set.pool.labels.of(set.indices))
      let classes = pool.labels.classes
      let missing = classes.indices.filter { !found.contains($0) }.map { classes[$0] }
      return missing.isEmpty
        ? nil : "there is no \(set.name) example of class \(missing.joined(separator: ", "))"
    }
  }

  // MARK: Duplicates

  /// A remark on the examples that are in two sets.
  ///
  /// - Throws: `DataError` that names the first two, unless they are allowed.
  private func duplicates(among sets: [ExampleSet<Pool>]) throws -> [String] {
    var seen: [UInt64: (set: Int, index: Int)] = [:]
    var count = 0
    for (number, set) in sets.enumerated() {
      for (index, hash) in set.contentHashes().enumerated() {
        guard let other = seen[hash] else {
          seen[hash] = (number, index)
          continue
        }
        guard other.set != number, set.equals(index, sets[other.set], other.index) else { continue }
        guard request.sets.allowsDuplicates else {
          throw DataError(
            file: set.fileName(index),
            problem:
              "the same example is \(set.place) and, as \(sets[other.set].fileName(other.index)), "
              + "\(sets[other.set].place): take one away, or set data.allow_duplicates: true, which counts them"
          )
        }
        count += 1
      }
    }
    return count == 0
      ? [] : ["\(count) example\(count == 1 ? " is" : "s are") in two sets, the same in content"]
  }
}

/// One set of a data set, as indices into a pool.
private struct ExampleSet<Pool: ExamplePool> {
  let name: String
  let pool: Pool
  let indices: [Int]
  let examples: Examples
  /// Name of the data in errors.
  private let source: String

  init(_ name: String, _ pool: Pool, _ indices: [Int], of source: String) {
    (self.name, self.pool, self.indices, self.source) = (name, pool, indices, source)
    examples = pool.examples(indices)
  }

  /// The set in a sentence.
  var place: String { name == "held-out" ? "held out" : "in the \(name) set" }

  /// A hash of each example's numbers as floats, the same whatever precision they are stored in.
  func contentHashes() -> [UInt64] {
    var values = [Float](repeating: 0, count: examples.size)
    return (0..<examples.count).map { index in
      values.withUnsafeMutableBufferPointer { examples.copy(index, into: $0, range: Pool.range) }
      return values.withUnsafeBytes { ContentHash.of($0, from: 0, count: $0.count) }
    }
  }

  /// True where two examples have the same numbers.
  func equals(_ index: Int, _ other: ExampleSet, _ otherIndex: Int) -> Bool {
    examples.part([index]).floats(in: Pool.range)
      == other.examples.part([otherIndex]).floats(in: Pool.range)
  }

  /// The file that an example comes from, or its place in an array.
  func fileName(_ index: Int) -> String {
    pool.fileNames.isEmpty
      ? "\(source), row \(pool.valid[indices[index]])" : pool.fileNames[indices[index]]
  }
}
