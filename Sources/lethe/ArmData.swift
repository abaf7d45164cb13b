internal import Datasets
internal import Experiments

/// The data of a plan's arms, read once for all arms whose `data` settings are the same.
final class ArmData {
  private var sets: [(settings: Experiment.Data, data: Dataset)] = []

  /// Begins without data.
  init() {}

  /// Begins with the data of an experiment, which are read already.
  init(_ experiment: Experiment, _ data: Dataset) { sets = [(experiment.data, data)] }

  /// The data of an arm's trial.
  ///
  /// - Throws: Errors of reading them.
  func data(of trial: Experiment) throws -> Dataset {
    if let known = sets.first(where: { $0.settings == trial.data }) { return known.data }
    let data = try loadData(trial)
    sets.append((trial.data, data))
    return data
  }
}
