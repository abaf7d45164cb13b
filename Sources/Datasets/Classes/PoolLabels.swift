internal import Media
internal import Files
internal import Complaints

/// The classes of a pool's examples.
struct PoolLabels {
  /// Names of the classes, in their order.
  let classes: [String]
  /// Class of each valid example of the pool, in their order, as an index into `classes`.
  let labels: [Int]

  /// The labels of examples without classes.
  static let none = PoolLabels(classes: [], labels: [])

  /// Classes of the examples at `indices`; empty where examples have none.
  func of(_ indices: [Int]) -> [Int] { classes.isEmpty ? [] : indices.map { labels[$0] } }

  /// The same labels with the numbers that other examples' classes have.
  ///
  /// - Throws: `DataError` for a class that the others lack.
  func numbered(as others: [String], file: String) throws -> PoolLabels {
    let numbers = try classes.map { name in
      guard let number = others.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) else {
        throw DataError(
          file: file,
          problem:
            "expected classes of the training examples (\(others.joined(separator: ", "))), found \(name)"
        )
      }
      return number
    }
    return PoolLabels(classes: others, labels: labels.map { numbers[$0] })
  }

  /// Labels the examples of concatenated pools, one class for each pool.
  ///
  /// - Parameter counts: Number of valid examples in each pool.
  init(_ names: [String], counts: [Int]) {
    classes = names
    labels = counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
  }

  init(classes: [String], labels: [Int]) {
    (self.classes, self.labels) = (classes, labels)
  }

  /// Labels examples of a built-in data set, whose numbers tell their classes.
  init(_ valid: [Int], names: [String], classOf: (Int) -> Int) {
    (classes, labels) = (names, valid.map(classOf))
  }

  /// The error for labels in a file of their own where the examples are a folder of files.
  static func folderError(_ path: String) -> DataError {
    DataError(
      file: path,
      problem:
        "expected an array file, as its labels are in a file of their own, found a folder of files; "
        + "without labels, the folders in it are the classes")
  }

  /// Reads labels for the rows of an array file, from a `.npy` or an IDX file.
  ///
  /// - Parameters:
  ///   - valid: Indices of the rows that are examples.
  ///   - count: Number of all rows.
  /// - Throws: `DataError` if there are not `count` labels, a label is not a whole number, or there are
  ///   fewer than two classes; `FileError` if the file cannot be read.
  init(_ path: String, valid: [Int], count: Int) throws {
    let numbers = try Self.numbers(path, count: count)
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

  /// Reads `count` numbers from a file.
  private static func numbers(_ path: String, count: Int) throws -> [Double] {
    func countError(_ found: String) -> DataError {
      DataError(
        file: path,
        problem: "expected \(count) labels, one a row of the examples, found \(found)")
    }
    let file = try FileReader(path)
    if IDXFile.mayStart(try file.bytes(upTo: 2)) {
      let labels = try IDXFile.labels(path)
      guard labels.count == count else { throw countError("\(labels.count)") }
      return labels.map(Double.init)
    }
    let header = try NumpyHeader(
      file, accepting: [.uint8, .int16, .int32, .int64, .float32, .float64])
    guard header.shape == [count] || header.shape == [count, 1] else {
      throw countError("the shape \(numpyShape(header.shape))")
    }
    return try NumpyFile.doubles(file, header)
  }
}
