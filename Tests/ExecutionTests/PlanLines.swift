import Execution

extension Program {
  /// The plan's kernels, contractions and regions, one a line, indented inside regions. What depends on
  /// the processor is left out: changes of layout, their numbers and the memory they take.
  var planLines: [String] {
    description.split(separator: "\n").dropLast()
      .map { $0.replacing(#/^[0-9]+: /#, with: "") }
      .filter { !$0.contains(#/^ *reorder for /#) }
      .map(String.init)
  }
}
