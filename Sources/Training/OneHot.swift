/// Writes rows with a 1 at each label's place; rows beyond the labels are zero.
package func setOneHot(
  _ memory: UnsafeMutableBufferPointer<Float>, _ labels: some Sequence<Int>, classes: Int
) {
  memory.update(repeating: 0)
  for (row, label) in labels.enumerated() { memory[row * classes + label] = 1 }
}
