internal import Media
internal import Training
internal import Datasets
internal import Execution

/// Runs a program over examples, a batch at a time, and collects a number an example.
///
/// - Parameters:
///   - positions: Which examples, in the order of the results.
///   - input: The program's input of shape [batch] + the shape of an example.
///   - score: Runs the program for a batch and returns at least as many numbers as the batch has examples;
///     is given the batch's number.
func scores(
  of examples: Examples, _ positions: [Int], batch: Int, range: ValueRange,
  into input: UnsafeMutableBufferPointer<Float>?, _ score: (_ batch: Int) throws -> [Double]
) throws -> [Double] {
  let size = examples.size
  var found: [Double] = []
  for (number, start) in stride(from: 0, to: positions.count, by: batch).enumerated() {
    let part = positions[start..<min(positions.count, start + batch)]
    input?.update(repeating: 0)
    for (row, position) in part.enumerated() {
      guard let input else { break }
      examples.copy(
        position, into: UnsafeMutableBufferPointer(rebasing: input[row * size..<(row + 1) * size]),
        range: range)
    }
    found += try score(number).prefix(part.count)
  }
  return found
}
