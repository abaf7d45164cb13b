/// The candidate that a misspelt name most likely meant, or nil when none is close.
///
/// Close means at most a third of the letters wrong (one at least), or one name being the start of
/// the other, as in `batch_size` for `batch`, or its initials, as in `lr` for `learning_rate`.
/// Case, `_` and `-` do not count.
public func nearestName(to name: String, among candidates: [String]) -> String? {
  let wanted = letters(of: name)
  guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let other = letters(of: candidate)
    let distance = editDistance(wanted, other)
    guard distance <= max(1, max(wanted.count, other.count) / 3) else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
  }
  return best?.name
    ?? candidates.first { isStart(letters(of: $0), wanted) || initials(of: $0) == wanted }
}

/// The end of a message that names the candidate nearest to a misspelt name, such as `; did you mean batch?`; empty where none is
/// close.
public func nearestNameHint(to name: String, among candidates: [String]) -> String {
  suggestionText(nearestName(to: name, among: candidates))
}

/// The end of a message that suggests a name; empty without one.
func suggestionText(_ name: String?) -> String { name.map { "; did you mean \($0)?" } ?? "" }

private func letters(of name: String) -> [Character] {
  name.lowercased().filter { $0 != "_" && $0 != "-" }
}

private func initials(of name: String) -> [Character] {
  name.split(separator: "_").compactMap(\.first)
}

private func isStart(_ first: [Character], _ second: [Character]) -> Bool {
  min(first.count, second.count) >= 3 && (first.starts(with: second) || second.starts(with: first))
}

/// Insertions, deletions, replacements and swaps of neighbours between two names.
///
/// Source: Damerau 1964; the optimal string alignment recurrence.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in 0..<a.count {
    var current = [i + 1]
    for j in 0..<b.count {
      let replaced = previous[j] + (a[i] == b[j] ? 0 : 1)
      var distance = min(replaced, previous[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, beforePrevious[j - 1] + 1)
      }
      current.append(distance)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[b.count]
}
