internal import Foundation
internal import Records
internal import Statistics

/// The metrics of each class, of models that are told of classes: means over the seeds of an arm, with their nulls.
struct ClassSection {
  let figures: Figures

  /// The start of the keys of metrics of classes.
  private static let mark = "class_"

  var html: String {
    let keys = figures.keys.filter { $0.hasPrefix(Self.mark) }
    let rows = figures.arms.flatMap { arm in
      classes(of: arm, keys).map { row(arm, $0, keys) }
    }
    guard !rows.isEmpty else { return "" }
    let headings = keys.map { String($0.dropFirst(Self.mark.count)) }
      .flatMap { [$0, "null of \($0)"] }
    return HTML.section(
      "classes", "By class",
      html: HTML.table(
        "Metrics of the samples of each class beside the examples of that class: means over seeds",
        ["arm", "class"] + headings, rows: rows)
        + HTML.paragraph(
          "null: what held-out examples of the class score in the place of its samples. A class with too few examples has "
            + "no value.", style: "note"))
  }

  private func tables(_ arm: ArmFigures, _ key: String, _ name: String) -> [[String: Double]] {
    arm.trials.compactMap { $0.metrics[key]?.tables[name] }
  }

  private func classes(of arm: ArmFigures, _ keys: [String]) -> [String] {
    let names = keys.flatMap { tables(arm, $0, "by_class").flatMap(\.keys) }
    return Set(names).sorted { $0.compare($1, options: .numeric) == .orderedAscending }
  }

  private func row(_ arm: ArmFigures, _ name: String, _ keys: [String]) -> [HTML.Cell] {
    func mean(_ key: String, _ table: String) -> HTML.Cell {
      let values = tables(arm, key, table).compactMap { $0[name] }
      return .number(values.isEmpty ? nil : Statistics.mean(values))
    }
    return [.text(arm.arm.name), .text(name)]
      + keys.flatMap { [mean($0, "by_class"), mean($0, "null_by_class")] }
  }
}
