internal import Metrics

/// The populations of a certificate, each with the checks that are made on it.
package struct CertificatePlan: Sendable {
  /// Checks of one population.
  package struct Part: Sendable {
    /// Where draws come from.
    package let population: any Population
    /// What is made of them.
    package let checks: [any Check]

    /// Puts a part together.
    package init(_ population: any Population, _ checks: [any Check]) {
      (self.population, self.checks) = (population, checks)
    }
  }

  /// The data in words.
  package let data: String
  /// The parts, one after another.
  package let parts: [Part]

  /// Names the data of parts.
  package init(data: String, parts: [Part]) {
    (self.data, self.parts) = (data, parts)
  }

  /// Rows and features of mixtures on which words are checked.
  private static let (quickRows, allRows, dimensions) = (
    [100, 500], [100, 500, 2000], [2, 16, 64]
  )
  /// Rows, and features, of those on which everything else is.
  private static let (usualRows, usualDimension) = (500, 16)

  /// Mixtures of Gaussians.
  ///
  /// - Parameter full: True for the words at 2,000 rows too, and everything else in 2 and 64 features too.
  package static func mixtures(
    full: Bool, checks: [any Check] = CheckCatalogue.all
  ) -> CertificatePlan {
    let parts = (full ? allRows : quickRows).flatMap { rows in
      dimensions.map { dimension in
        let isUsual = rows == usualRows && dimension == usualDimension
        return Part(
          Mixture(rows: rows, dimension: dimension),
          checks.filter { check in
            switch check.reach {
            case .everySize: true
            case .anyData: isUsual || full && rows == usualRows
            case .ownData: isUsual
            }
          })
      }
    }
    return CertificatePlan(data: "mixtures of Gaussians", parts: parts)
  }

  /// Sets of a user in some feature space.
  ///
  /// - Parameter features: The name of the space.
  package static func given(
    _ sets: GivenSets, features: String, checks: [any Check] = CheckCatalogue.all
  ) -> CertificatePlan {
    let possible = checks.filter { $0.reach != .ownData }
    return CertificatePlan(
      data: "\(sets.name): \(features)", parts: [Part(sets, possible)])
  }
}
