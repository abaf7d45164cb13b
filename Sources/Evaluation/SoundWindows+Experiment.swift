package import Datasets
package import Experiments

extension Experiment.Data.Windows {
  /// The same in the terms of the module that reads sounds.
  package var choice: SoundWindowChoice {
    switch self {
    case .all: .all
    case .first: .first
    case .loudest: .loudest
    }
  }
}
