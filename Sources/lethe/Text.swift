internal import Foundation

/// Columns under headings, padded to the widest cell.
func table(_ headings: [String], _ rows: [[String]]) -> String {
  let all = [headings] + rows
  let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
  return all.map { row in
    let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
    var line = cells.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }.joined()
}

/// A duration for people: `45 s`, `3 min 20 s`, `2 h 5 min`.
func durationText(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
  let total = Int(seconds.rounded(.up))
  if total < 60 { return "\(total) s" }
  if total < 3600 { return "\(total / 60) min \(total % 60) s" }
  return "\(total / 3600) h \(total % 3600 / 60) min"
}

extension Double {
  /// The number with some decimals.
  func formatted(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}
