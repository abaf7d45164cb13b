internal import Complaints
internal import Files
internal import Foundation
internal import SwiftCSV

/// A table of runs of any program, one a row under a line of names: a CSV that Weights & Biases, MLflow or pandas
/// writes, with commas, semicolons or tabs.
public struct RunsTable: Sendable {
  /// What MLflow and Weights & Biases put before the names of parameters and numbers.
  private static let prefixes = ["metrics.", "params.", "summary.", "config.", "tags."]
  /// Names of the column that says how a run ended, and what stands there.
  private static let stateNames = ["state", "status"]
  private static let finished = "finished"
  private static let states: Set<String> = [
    finished, "failed", "crashed", "killed", "running", "pending", "scheduled", "preempting",
    "preempted", "interrupted", "waiting",
  ]

  private let place: SourcePlace
  private let header: [String]
  private let rows: [[String]]

  /// Reads a table.
  ///
  /// - Throws: `InputError` for a file that is no such table; `FileError`.
  public init(reading file: String) throws {
    place = SourcePlace(file: file)
    guard let text = String(validating: try readWhole(URL(fileURLWithPath: file)), as: UTF8.self)
    else { throw InputError(place, "expected a table as CSV, found bytes that are no text") }
    var lines: [[String]] = []
    do {
      // Without the last line's end, an empty cell before it would be lost.
      let table = try EnumeratedCSV(string: text + "\n", loadColumns: false)
      try table.enumerateAsArray(rowLimit: nil) { lines.append($0) }
    } catch {
      throw InputError(place, "expected a table as CSV, found quotation marks that do not match")
    }
    lines.removeAll { $0.allSatisfy { $0.allSatisfy(\.isWhitespace) } }
    guard let header = lines.first, lines.count > 1 else {
      throw InputError(place, "expected a line of names and a row for each run, found no run")
    }
    self.header = header.map { $0.trimmingCharacters(in: .whitespaces) }
    rows = Array(lines.dropFirst())
    for (index, row) in rows.enumerated() where row.count != header.count {
      throw InputError(
        place, key: "row \(index + 1)", expected: "\(header.count) cells, as there are names",
        found: "\(row.count)")
    }
  }

  /// The values of a number of the runs of each arm, arms in the order in which they first stand in the table. A seed
  /// of the table that an arm has no row for, or whose run did not finish or has no finite number, is one without a
  /// value.
  ///
  /// - Parameters:
  ///   - arm: Name of the column that says of which arm a run is; a column `params.NAME` or the like is found too.
  ///   - seed: Name of the column with the seed, a whole number.
  ///   - metric: Name of the column with the number.
  /// - Throws: `InputError` for a column or a cell that is not as expected, and for two rows of one seed.
  func values(arm: String, seed: String, metric: String) throws -> [SeededValues] {
    let columns = try (
      arm: column(arm, "--arm"), seed: column(seed, "--seed"), metric: column(metric, "--metric")
    )
    let state = stateColumn
    var order: [String] = []
    var rowOf: [String: [Int: Int]] = [:]
    var values: [String: [Int: Double]] = [:]
    for (index, row) in rows.enumerated() {
      let name = try self.arm(row[columns.arm], at: index, columns.arm)
      let seed = try self.seed(row[columns.seed], at: index, columns.seed)
      if rowOf[name] == nil { order.append(name) }
      if let earlier = rowOf[name, default: [:]].updateValue(index, forKey: seed) {
        throw InputError(
          place, key: "row \(index + 1)", expected: "one row for each seed of an arm",
          found: "seed \(seed) of \(name), of which row \(earlier + 1) is too")
      }
      let number = try self.number(row[columns.metric], at: index, columns.metric)
      let hasFinished = state.map { row[$0].lowercased() == Self.finished } ?? true
      if hasFinished, let number { values[name, default: [:]][seed] = number }
    }
    let seeds = Set(rowOf.values.flatMap(\.keys)).count
    return order.map { SeededValues(arm: $0, values: values[$0] ?? [:], ended: seeds) }
  }

  /// The column that says how runs ended; nil where there is none, or one of that name says something else.
  private var stateColumn: Int? {
    header.indices.first { column in
      Self.stateNames.contains(header[column].lowercased())
        && rows.allSatisfy { Self.states.contains($0[column].lowercased()) }
    }
  }

  private func column(_ name: String, _ option: String) throws -> Int {
    let exact = header.indices.filter { header[$0] == name }
    let found =
      exact.isEmpty
      ? header.indices.filter { column in Self.prefixes.contains { header[column] == $0 + name } }
      : exact
    if found.count == 1 { return found[0] }
    throw InputError(
      place, key: option,
      expected: "the name of one column: \(header.joined(separator: ", "))",
      found: found.isEmpty
        ? name : "\(name), which is \(found.map { header[$0] }.joined(separator: " and "))",
      suggestion: found.isEmpty ? nearestName(to: name, among: header) : nil)
  }

  private func arm(_ cell: String, at row: Int, _ column: Int) throws -> String {
    let name = cell.trimmingCharacters(in: .whitespaces)
    guard name.isEmpty else { return name }
    throw unexpected(cell, at: row, column, expected: "the name of an arm")
  }

  /// A seed, which pandas writes as `3.0` where some rows have none.
  private func seed(_ cell: String, at row: Int, _ column: Int) throws -> Int {
    let text = cell.trimmingCharacters(in: .whitespaces)
    if let seed = Int(text) ?? Double(text).flatMap(Int.init(exactly:)) { return seed }
    throw unexpected(cell, at: row, column, expected: "a whole number")
  }

  /// A finite number; nil for an empty cell and for what is not finite.
  private func number(_ cell: String, at row: Int, _ column: Int) throws -> Double? {
    let text = cell.trimmingCharacters(in: .whitespaces)
    guard !["", "none", "null", "n/a"].contains(text.lowercased()) else { return nil }
    guard let number = Double(text) else {
      throw unexpected(cell, at: row, column, expected: "a number, or nothing")
    }
    return number.isFinite ? number : nil
  }

  private func unexpected(
    _ cell: String, at row: Int, _ column: Int, expected: String
  ) -> InputError {
    InputError(
      place, key: "row \(row + 1), \(header[column])", expected: expected,
      found: cell.isEmpty ? "nothing" : jsonQuoted(cell))
  }

  /// The arm that the others are compared with: the one of that name, or else `none` or 0.
  ///
  /// - Throws: `InputError` where it is not among the arms, or there is no other.
  func control(_ name: String?, among arms: [String]) throws -> String {
    guard arms.count > 1 else {
      throw InputError(
        place, key: "--arm", expected: "two arms or more", found: arms.joined(separator: ", "))
    }
    let found = arms.first { arm in
      name.map { $0 == arm } ?? (arm.lowercased() == "none" || Double(arm) == 0)
    }
    if let found { return found }
    throw InputError(
      place, key: "--control", expected: "one of \(arms.joined(separator: ", "))",
      found: name ?? "nothing, and no arm that is called none or 0",
      suggestion: name.flatMap { nearestName(to: $0, among: arms) })
  }
}
