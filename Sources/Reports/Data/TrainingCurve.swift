internal import Files
internal import Foundation
internal import Records
internal import Scores
internal import Statistics

/// The numbers in `log.jsonl` over the steps, thinned out to what a chart can show.
struct TrainingCurve: Sendable {
  /// Least number of lines that a log is thinned out to. Up to twice as many may remain, and all lines of
  /// measurements do.
  static let points = 120

  /// The numbers of one name in the log.
  struct Series: Sendable, Encodable {
    var steps: [Int] = []
    /// A number for each of `steps`; all are finite.
    var values: [Double] = []
  }

  /// Names in the order of their first appearance.
  private(set) var names: [String] = []
  private(set) var series: [String: Series] = [:]
  /// The last value of each name, without values that are not finite or exceed `largestNumber`.
  private(set) var last: [String: Double] = [:]

  /// Reads a log; what cannot be read is left out.
  init(_ file: URL) {
    guard let data = try? readWhole(file) else { return }
    let lines = data.split(separator: UInt8(ascii: "\n"))
    // Keeps every line of a short log; of a long one, lines at even distances and always the last.
    let stride = max(1, lines.count / Self.points)
    // Lines of measurements hold more numbers than the others, and are few enough to keep all.
    let sizes = lines.map { $0.count { $0 == UInt8(ascii: ":") } }
    let plain = sizes.min() ?? 0
    for (index, line) in lines.enumerated()
    where index % stride == 0 || index == lines.count - 1 || sizes[index] > plain {
      add(line)
    }
  }

  /// Reads the metrics of the models that a trial has kept, with nulls; those that are not measured are left out.
  init(checkpointsOf folder: TrialFolder) {
    for step in folder.keptSteps() {
      let document = try? MetricsDocument.comparable(from: folder.kept(step: step).metrics)
      let values = (document?.values ?? [:]).sorted { $0.key < $1.key }.flatMap { key, metric in
        [(key, metric.value), (LogName.null(of: key), metric.controls[.null])].compactMap {
          name, value in value.map { (name: name, value: $0) }
        }
      }
      add(LogLine(step: step, values))
    }
  }

  private mutating func add(_ line: Data) {
    if let line = LogLine(reading: line) { add(line) }
  }

  private mutating func add(_ line: LogLine) {
    for (name, value) in line.values.sorted(by: { $0.name < $1.name })
    where abs(value) <= largestNumber {
      if series[name] == nil { names.append(name) }
      series[name, default: Series()].steps.append(line.step)
      series[name, default: Series()].values.append(value)
      last[name] = value
    }
  }
}
