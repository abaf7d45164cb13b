internal import MetricsKernels

extension RawExamples {
  /// The mean of all examples.
  var meanExample: [Float] {
    var sums = [Double](repeating: 0, count: size)
    values.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        for row in 0..<count {
          for index in 0..<size { sums[index] += Double(values[row * size + index]) }
        }
      }
    }
    return sums.map { Float($0 / Double(count)) }
  }

  /// Writes some examples minus `center`, one after another.
  ///
  /// - Returns: Their squared lengths.
  func move(
    _ rows: Range<Int>, from center: [Float], to target: UnsafeMutablePointer<Float>
  ) -> [Double] {
    rows.enumerated().map { index, row in
      withRow(row) { lethe_difference($0, center, target + index * size, Int64(size)) }
    }
  }

  /// Calls `body` with the values of one example.
  func withRow<Result>(_ row: Int, _ body: (UnsafePointer<Float>) -> Result) -> Result {
    values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { preconditionFailure("an example has values") }
      return body(base + row * size)
    }
  }
}
