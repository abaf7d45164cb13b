internal import Evaluation
internal import Records
internal import Reports

extension Report {
  /// Reads a results folder, with the meanings of metrics, dropout and whatever else the experiment names.
  ///
  /// - Throws: As `init(reading:terms:)` does.
  init(of results: ResultsFolder) throws {
    try self.init(reading: results) { $0.glossary }
  }
}
