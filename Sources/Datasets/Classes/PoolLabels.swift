internal import Media
internal import Files
internal import Complaints

/// The classes of a pool's examples.
struct PoolLabels {
  /// Names of the classes, in their order.
  let classes: [String]
  /// A class each, as an index into `classes`, in the order of the pool's valid examples.
  let labels: [Int]

  /// The labels of examples without classes.
  static let none = PoolLabels(classes: [], labels: [])

  /// The classes of some of the examples; none where there are none.
  func of(_ indices: [Int]) -> [Int] { classes.isEmpty ? [] : indices.map { labels[$0] } }

  /// Joins pools of one class each.
  ///
  /// - Parameter counts: Valid examples of each.
  init(_ names: [String], counts: [Int]) {
    classes = names
    labels = counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
  }

  init(classes: [String], labels: [Int]) {
    (self.classes, self.labels) = (classes, labels)
  }

  /// Takes classes from the number of each example in a built-in data set.
  init(_ valid: [Int], names: [String], classOf: (Int) -> Int) {
    (classes, labels) = (names, valid.map(classOf))
  }

  /// What is wrong with a file of labels for a folder.
  static func folderError(_ path: String) -> DataError {
    DataError(
      file: path,
      problem:
        "expected an array file, as its labels are in a file of their own, found a folder of files; "
        + "without labels, the folders in it are the classes")
  }

  /// Reads labels for the rows of an array file.
  ///
  /// - Parameters:
  ///   - valid: The rows that are examples.
  ///   - count: All rows.
  /// - Throws: `DataError` for another number of labels, labels that are not whole, and fewer than two
  ///   classes.
  init(_ path: String, valid: [Int], count: Int) throws {
    let file = try FileReader(path)
    let header = try NumpyHeader(
      file, accepting: [.uint8, .int16, .int32, .int64, .float32, .float64])
    guard header.shape == [count] || header.shape == [count, 1] else {
      throw DataError(
        file: path,
        problem: "expected \(count) labels, one a row of the examples, found the shape "
          + numpyShape(header.shape))
    }
    let numbers = try NumpyFile.doubles(file, header)
    if let bad = numbers.firstIndex(where: { $0 != $0.rounded() || abs($0) > 1e15 }) {
      throw DataError(
        file: path, problem: "row \(bad): expected a whole number, found \(numbers[bad])")
    }
    let found = Set(valid.map { numbers[$0] }).sorted()
    guard found.count > 1 else {
      throw DataError(file: path, problem: "expected at least 2 classes, found \(found.count)")
    }
    let numbering = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1, $0) })
    self.init(
      classes: found.map { String(Int($0)) }, labels: valid.map { numbering[numbers[$0]] ?? 0 })
  }
}
