internal import Foundation
internal import Evaluation
internal import Training
internal import Trials

/// Lays out rows as columns under headings, each padded to its widest cell.
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
  guard (0..<1e9).contains(seconds) else { return "a long time" }
  let total = Int(seconds.rounded(.up))
  if total < 60 { return "\(total) s" }
  if total < 3600 { return "\(total / 60) min \(total % 60) s" }
  return "\(total / 3600) h \(total % 3600 / 60) min"
}

extension Double {
  /// Writes the number with a fixed number of decimals: 1.5 with 2 as `1.50`.
  func formatted(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}

/// Describes the dropout at a site. Settings common to all variants are left out at their defaults:
/// `bernoulli 0.5, in d_step only`.
func placementText(_ placement: Plan.Placement) -> String {
  var parts = ["\(placement.type) \(placement.rate)" + (placement.isLearned ? " at first" : "")]
  if let cutoff = placement.cutoff {
    parts.append("\(placement.schedule) with cutoff \(cutoff)")
  } else if placement.schedule != "constant" {
    parts.append(placement.schedule)
  }
  if placement.scaling != "inverted" { parts.append("scaling \(placement.scaling)") }
  if let phases = placement.activeIn, phases.count == 1 { parts.append("in \(phases[0]) only") }
  if !placement.share.isEmpty {
    parts.append("shared along \(placement.share.joined(separator: " "))")
  }
  parts += placement.options.sorted { $0.key < $1.key }.map { name, value in
    "\(name) \(Int(exactly: value).map(String.init) ?? "\(value)")"
  }
  return parts.joined(separator: ", ")
}

/// Describes the number of draws in one training step: `2 in d_step, 1 in g_step`.
func drawsText(_ draws: [String: Int], _ unit: String) -> String {
  let counts = draws.sorted { $0.key < $1.key }
    .map { $0.key == "step" ? "\($0.value)" : "\($0.value) in \($0.key)" }
  let times = counts.isEmpty ? "never" : counts.joined(separator: ", ")
  switch unit {
  case "sequence": return times + ", each for a whole sequence"
  case "example": return times + ", the same for an example in all steps"
  case "time_step": return times + ", anew at every time step"
  default: return times
  }
}
