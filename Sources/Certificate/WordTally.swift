internal import Metrics
internal import Scores

/// Counts the sets of which a metric says a word.
struct WordTally {
  private struct Count {
    var found = 0
    var tried = 0
    var triedLabels: Set<String> = []
    var labels: [String: Int] = [:]
    var reason: String?
  }

  private let keys: [String]
  private let together: Bool
  private var counts: [String: Count] = [:]

  /// Counts for metrics.
  ///
  /// - Parameter together: True to count sets of which any of them says it too.
  init(_ metrics: [any Metric], together: Bool = true) {
    keys = metrics.map(\.key)
    self.together = together
  }

  /// Adds the entries of one set.
  ///
  /// - Parameter isFound: Says whether an entry has the word; nil where it can have none.
  mutating func add(_ entries: [MetricEntry], as label: String, isFound: (MetricEntry) -> Bool?) {
    let found = entries.map { (entry: $0, isFound: isFound($0)) }
    for (entry, isFound) in found {
      guard let isFound else {
        counts[entry.key, default: Count()].reason = entry.reason ?? "has no such word"
        continue
      }
      count(entry.key, isFound, label)
    }
    let known = found.compactMap(\.isFound)
    if together, !known.isEmpty { count(Finding.anyMetric, known.contains(true), label) }
  }

  private mutating func count(_ key: String, _ isFound: Bool, _ label: String) {
    counts[key, default: Count()].tried += 1
    counts[key, default: Count()].triedLabels.insert(label)
    guard isFound else { return }
    counts[key, default: Count()].found += 1
    counts[key, default: Count()].labels[label, default: 0] += 1
  }

  /// Judges the counts.
  func findings(_ expected: String, passed: (Cases) -> Bool) -> [Finding] {
    (keys + (together ? [Finding.anyMetric] : [])).compactMap { key in
      guard let count = counts[key] else { return nil }
      guard count.tried > 0 else {
        return Finding(key, notApplicable: count.reason ?? "has no such word")
      }
      let cases = Cases(found: count.found, of: count.tried)
      let labels = count.labels.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      let list =
        labels.isEmpty || count.triedLabels.count == 1 ? "" : ": " + labels.joined(separator: ", ")
      return Finding(
        key, passed: passed(cases), seen: cases.text + list, expected: expected, cases: cases)
    }
  }
}

extension MetricEntry {
  /// True where the test of copying finds copies; nil without a test.
  var saysCopies: Bool? {
    value?.copiesP == nil ? nil : [.copies, .beyondCopies].contains(verdict)
  }

  /// True where the value is told from its null for the worse, or at all where no direction is better; nil without a value.
  var saysWorse: Bool? {
    guard value != nil, controls[.null] != nil else { return nil }
    return [.worse, .below, .above].contains(verdict)
  }
}
