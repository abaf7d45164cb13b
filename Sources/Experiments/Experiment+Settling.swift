extension Experiment {
  /// The same experiment with what the data say of keys that the file leaves to them, as if it had been written where
  /// the data are named. Trials get it too: the settings are part of `settled`.
  ///
  /// - Parameter settings: Dotted keys with their values.
  /// - Throws: `InputError` where a value does not fit, which names the place of the data.
  public func settling(_ settings: [(key: String, value: Int)]) throws -> Experiment {
    let place = ["data.path", "data.genuine", "data"].first(where: isGiven).map(place)
    let tree = try settings.reduce(tree) { tree, setting in
      let place = place ?? tree.place
      let node = YAMLNode(content: .scalar("\(setting.value)", isQuoted: false), place: place)
      return try tree.setting(setting.key, to: node, at: place)
    }
    var settled = try Experiment(tree, overrides: [], file: file, folder: folder)
    settled.settled = settings.map { "\($0.key)=\($0.value)" }
    return settled
  }
}
