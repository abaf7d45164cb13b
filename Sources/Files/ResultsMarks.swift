/// The names of files by which a folder of results is known.
///
/// Those who write such folders and those who must pass them over share them: what lies in one was made by trainings and
/// is never data for another, wherever the folder lies.
package enum ResultsMarks {
  /// The folder of trials.
  package static let trials = "trials"
  /// What the trials of a sweep are.
  package static let sweep = "sweep.json"
  /// The experiment as it was given.
  package static let experiment = "experiment.yaml"
  /// The settings of a trial, each written out.
  package static let configuration = "config.yaml"
  /// How far a trial is.
  package static let status = "status.json"

  /// Whether a folder is one of results, or of a trial, by the names of what lies in it.
  package static func are(among names: Set<String>) -> Bool {
    names.contains(trials) && (names.contains(sweep) || names.contains(experiment))
      || names.contains(configuration) && names.contains(status)
  }
}
