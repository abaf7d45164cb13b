internal import Training
/// Goes through rows in batches; the last may have fewer.
///
/// - Parameter body: Is given the batch's number, its values and its count of rows.
func inBatches(
  _ values: [Float], of size: Int, batch: Int,
  _ body: (_ number: Int, _ part: ArraySlice<Float>, _ count: Int) throws -> Void
) rethrows {
  let count = values.count / size
  for (number, start) in stride(from: 0, to: count, by: batch).enumerated() {
    let rows = min(batch, count - start)
    try body(number, values[start * size..<(start + rows) * size], rows)
  }
}

/// Writes values to the start of an input, and zeros behind them.
func fill(_ memory: UnsafeMutableBufferPointer<Float>, with values: ArraySlice<Float>) {
  memory.update(repeating: 0)
  _ = memory.update(from: values)
}
