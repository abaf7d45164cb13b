internal import Randomness

/// The classes that samples are made of: each as often as it is among the training examples.
package struct SampledClasses: Sendable, Equatable {
  /// Number of training examples of each class.
  package let counts: [Int]

  package init(counts: [Int]) { self.counts = counts }

  /// Counts the classes of training examples.
  package init(of labels: [Int], classes: Int) {
    counts = labels.reduce(into: [Int](repeating: 0, count: classes)) { $0[$1] += 1 }
  }

  /// The class of each of `count` samples. That of a sample does not depend on how many there are.
  ///
  /// - Parameter stream: Name of the random stream of the samples' latents.
  package func drawn(_ count: Int, stream: String, seed: UInt64) -> [Int] {
    let total = Float(counts.reduce(0, +))
    var sum = 0
    let ends = counts.map { count -> Float in
      sum += count
      return Float(sum)
    }
    let last = counts.lastIndex { $0 > 0 } ?? 0
    return RandomStream(stream + "/classes", seed: seed).uniform(count).map { place in
      ends.firstIndex { place * total < $0 } ?? last
    }
  }
}
