internal import Scores
internal import Complaints
internal import Foundation
internal import Records
internal import Statistics

extension MetricsDocument {
  /// Reads the metrics of a trial and makes sure that all of their numbers can be compared.
  ///
  /// - Returns: Nil when there is no such file.
  /// - Throws: `InputError` for a file that holds something else, or a number too large to be compared.
  static func comparable(from url: URL) throws -> MetricsDocument? {
    let document = try read(from: url)
    let parts = [("values", document?.values), ("validation", document?.validation)]
    for (part, metrics) in parts {
      for (key, metric) in (metrics ?? [:]).sorted(by: { $0.key < $1.key }) {
        for (path, number) in metric.numbers where abs(number) > largestNumber {
          throw InputError(
            SourcePlace(file: url.path), key: ([part, key] + path).joined(separator: "."),
            expected: "a number of at most \(largestNumber) in size", found: "\(number)")
        }
      }
    }
    return document
  }
}

extension MetricRecord {
  /// All its finite numbers by name, including the value and the controls.
  var numbersByName: [String: Double] {
    Dictionary(numbers.map { (Self.name(of: $0.path), $0.value) }, uniquingKeysWith: { a, _ in a })
  }

  /// True where higher is better, false where lower is; nil where neither is.
  var higherIsBetter: Bool? { better.map { $0 == .higher } }
}
