extension Experiment {
  /// The same experiment with values for the keys that the file leaves to the data, such as `data.size`, as if they
  /// had been written where the data are named. Trials get the values too, as they are kept in `settled`.
  ///
  /// - Throws: `InputError` with the place of the data, where a value does not fit.
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
