extension Experiment {
  /// The same experiment with what the data say of keys that the file leaves to them, as if it had been written where
  /// the data are named. Trials get it too: the settings are part of `settled`.
  ///
  /// - Throws: `InputError` where a value does not fit, which names the place of the data.
  public func settling(_ settings: [Override]) throws -> Experiment {
    let place =
      ["data.path", "data.genuine", "data"].first(where: isGiven).map(place) ?? tree.place
    let tree = try settings.reduce(tree) { tree, setting in
      try tree.setting(setting.key, to: YAMLNode(setting.value, at: place), at: place)
    }
    var settled = try Experiment(tree, overrides: [], file: file, folder: folder)
    settled.settled = settings
    return settled
  }
}
