/// Writes a row for each label, with 1 at the label's place and 0 elsewhere. Rows beyond the labels are
/// zero. Label 2 of 3 classes gives 0 0 1.
package func setOneHot(
  _ memory: UnsafeMutableBufferPointer<Float>, _ labels: some Sequence<Int>, classes: Int
) {
  memory.update(repeating: 0)
  for (row, label) in labels.enumerated() { memory[row * classes + label] = 1 }
}
