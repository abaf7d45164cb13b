internal import Records

extension TrainingSession {
  /// The dropout rates that training has learned so far, by site: those that the next step would log.
  public func learnedRates() throws -> [String: Double] {
    guard lossNames.contains(where: TrainingStep.isRate) else { return [:] }
    var next = try step(for: .learnedRates)
    _ = try next.run(step)
    return Dictionary(
      uniqueKeysWithValues: next.losses().filter(\.value.isFinite).compactMap { name, rate in
        LogName.site(ofRate: name).map { ($0, rate) }
      })
  }
}
