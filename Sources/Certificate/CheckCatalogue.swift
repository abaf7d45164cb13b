/// All checks, in the order in which they are shown.
package enum CheckCatalogue {
  /// Every check.
  package static let all: [any Check] =
    PurposeChecks.all + ShapeChecks.all + ChoiceChecks.all + BoundChecks.all + InvarianceChecks.all
    + [
      HonestWorse(), HonestCopies(), PlantedCopies(share: 0.02), PlantedCopies(share: 0.05),
      PlantedCopies(share: 0.2),
    ]
}
