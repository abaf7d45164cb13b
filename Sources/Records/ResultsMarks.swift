internal import Foundation

extension ResultsFolder {
  /// Whether a folder is one of results, or of a trial, by the names of what lies in it: `trials` beside
  /// `sweep.json` or `experiment.yaml`, or `status.json` beside `config.yaml`.
  ///
  /// Such a folder is never data for a training, wherever it lies.
  package static func isMarked(by names: Set<String>) -> Bool {
    let results = ResultsFolder(URL(fileURLWithPath: "/"))
    let trial = TrialFolder(results.url)
    func has(_ url: URL) -> Bool { names.contains(url.lastPathComponent) }
    return has(results.trialsFolder) && (has(results.sweep) || has(results.experiment))
      || has(trial.configuration) && has(trial.status)
  }
}
