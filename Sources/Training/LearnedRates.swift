internal import Records

/// A dropout rate that training has learned.
public struct LearnedRate: Sendable {
  /// The site's address.
  public let site: String
  /// The rate, in 0…1.
  public let value: Double

  /// The rate with its name, as a line of the log holds it.
  package var logged: (name: String, value: Double) { (LogName.rate(of: site), value) }
}

extension TrainingSession {
  /// The dropout rates that training has learned so far, by site: those that the next step would log, if finite.
  public func learnedRates() throws -> [String: Double] {
    guard !rates().isEmpty else { return [:] }
    var next = try step(for: .learnedRates)
    _ = try next.run(step)
    return Dictionary(
      uniqueKeysWithValues: next.learnedRates().filter(\.value.isFinite).map {
        ($0.site, $0.value)
      })
  }
}
