internal import Complaints

extension Experiment {
  /// Reads an experiment from its document with overrides applied. Keys of the file that an override leaves
  /// without effect are removed, and named in `notes`.
  init(_ tree: YAMLNode, overrides: [Override], file: String, folder: String) throws {
    let changed = try overrides.reduce(tree) { try $0.applying($1) }
    do {
      self = try Experiment(changed, file: file, folder: folder)
    } catch let error as InputError {
      guard !overrides.isEmpty, (try? Experiment(tree, file: file, folder: folder)) != nil else {
        throw error
      }
      let omissions = Omissions()
      _ = try Experiment(changed, file: file, folder: folder, omissions: omissions)
      self = try Experiment(
        omissions.removed(from: changed), file: file, folder: folder, notes: omissions.notes)
    }
    try checkArms()
  }

  /// Reads the experiment once with each value of the grid and with each baseline, so that an error in one
  /// shows before anything is trained.
  private func checkArms() throws {
    guard let ablation else { return }
    let firsts = ablation.grid.map { $0.values[0] }
    // A trainer's command may need what only arms and candidates say.
    let also = trainer == nil ? [] : (ablation.tuning?.also ?? []).map { $0.values[0] }
    let firstArm = also + (ablation.arms.first?.settings ?? [])
    for (index, axis) in ablation.grid.enumerated() {
      for value in axis.values {
        var settings = firsts
        settings[index] = value
        try checkArm(settings + firstArm)
      }
    }
    for baseline in ablation.baselines { try checkArm(baseline.settings) }
    for arm in ablation.arms { try checkArm(firsts + also + arm.settings) }
  }

  /// Makes sure that an arm can be read. Its settings may leave keys of the file without effect, but
  /// must have an effect themselves.
  private func checkArm(_ settings: [Override]) throws {
    _ = try overriding([Override("ablation", .null)] + settings)
  }
}
