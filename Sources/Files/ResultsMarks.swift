/// The names of files by which a folder of results is known.
///
/// The code that writes such folders and the code that passes them over share these names. The content of
/// such a folder was made by trainings and is never data for another one, wherever the folder lies.
package enum ResultsMarks {
  /// The folder of trials.
  package static let trials = "trials"
  /// The plan of a sweep.
  package static let sweep = "sweep.json"
  /// The experiment as it was given.
  package static let experiment = "experiment.yaml"
  /// The resolved configuration of a trial.
  package static let configuration = "config.yaml"
  /// The state and progress of a trial.
  package static let status = "status.json"

  /// True if a folder with these names in it is one of results, or of a trial.
  package static func are(among names: Set<String>) -> Bool {
    names.contains(trials) && (names.contains(sweep) || names.contains(experiment))
      || names.contains(configuration) && names.contains(status)
  }
}
