import Scores
import Metrics
import Testing

/// Compares every array metric with values of the reference packages and of NumPy in float64; see `Fixtures/make.py`.
@Suite struct ReferenceTests {
  /// The expected values of a file, with the sets to score.
  struct Reference {
    let values: [String: ReferenceSets.Value]
    let spec: SetDescription
    let sets: Comparison

    init(_ name: String) throws {
      let file = try ReferenceSets(name)
      let made = file.spec.make()
      func set(_ name: String) throws -> MeasuredSet {
        MeasuredSet(ExampleSet(try #require(made[name])))
      }
      values = file.values
      spec = file.spec
      sets = Comparison(
        training: try set("training"), holdout: try set("holdout"),
        generated: try set("generated"), threads: 2)
    }

    /// Cells around the first training rows.
    func cells(_ count: Int) -> KMeans {
      KMeans(centers: sets.training.features.rows(Array(0..<count)))
    }

    func proportions() throws -> CellProportions {
      try CellProportions(
        cells(spec.ndb_cells), sets.training.features, sets.generated.features, threads: 2)
    }
  }

  private func check(
    _ found: Double?, _ reference: ReferenceSets.Value?, _ key: String, _ name: String,
    extra: String? = nil
  ) throws {
    let reference = try #require(reference, "\(name) has no \(key)")
    let expected = extra == nil ? reference.value : reference.extra?[extra ?? ""]
    guard let expected else {
      #expect(found?.isFinite != true, "\(name) \(key) \(extra ?? "")")
      return
    }
    let value = try #require(found, "\(name) \(key) \(extra ?? "")")
    let error = abs(value - expected)
    #expect(
      error <= 1e-12 + reference.tolerance * abs(expected),
      "\(name) \(key) \(extra ?? ""): \(value), expected \(expected)")
  }

  private func score(_ key: String, _ sets: Comparison) -> Score? {
    try? MetricCatalogue.all.first { $0.key == key }?.score(sets)
  }

  @Test(arguments: ReferenceSets.names)
  func fidelityAndDiversity(_ name: String) throws {
    let reference = try Reference(name)
    let (sets, values) = (reference.sets, reference.values)
    for key in [
      "frechet_distance", "kernel_distance", "precision", "recall", "density", "coverage",
    ] {
      try check(score(key, sets)?.value, values[key], key, name)
    }
    try check(try Precision().score(sets, k: 5).value, values["precision_k5"], "precision_k5", name)
    try check(try Recall().score(sets, k: 5).value, values["recall_k5"], "recall_k5", name)
    try check(try Density().score(sets, k: 3).value, values["density_k3"], "density_k3", name)
    try check(try Coverage().score(sets, k: 3).value, values["coverage_k3"], "coverage_k3", name)
    let vendi = score("vendi", sets)
    try check(vendi?.value, values["vendi_1"], "vendi", name)
    for order in ["0.5", "2", "inf"] {
      try check(
        vendi?.extraTables["orders"]?[order], values["vendi_\(order)"], "vendi \(order)", name)
    }
    let rke = score("rke", sets)
    try check(rke?.value, values["rke"], "rke", name)
    try check(rke?.extra["bandwidth"], values["rke"], "rke", name, extra: "bandwidth")
    try check(
      RKE.modes(sets.generated.features, bandwidth: 1, threads: 2), values["rke"], "rke", name,
      extra: "bandwidth_1")
    let realism = score("realism", sets)
    try check(realism?.value, values["realism"], "realism", name)
    if values["realism"]?.value != nil {
      try check(realism?.extra["min"], values["realism"], "realism", name, extra: "min")
    }
    let proportions = try reference.proportions()
    let (differing, used) = proportions.differing
    try check(Double(differing) / Double(used), values["ndb"], "ndb", name)
    try check(proportions.jensenShannon, values["js"], "js", name)
  }

  @Test(arguments: ReferenceSets.names)
  func birthdays(_ name: String) throws {
    let reference = try Reference(name)
    let (sets, value) = (reference.sets, reference.values["birthday_support"])
    let threshold = try PairQuantile(sets.requireHoldout().features, threads: 2).distance(at: 0.001)
    try check(threshold, value, "birthday_support", name, extra: "quantile")
    let support = score("birthday_support", sets)
    try check(support?.value, value, "birthday_support", name)
  }

  @Test(arguments: ReferenceSets.names)
  func memorization(_ name: String) throws {
    let reference = try Reference(name)
    let (sets, values) = (reference.sets, reference.values)
    let holdout = try sets.requireHoldout()
    try check(score("authenticity", sets)?.value, values["authenticity"], "authenticity", name)
    let closer = try CloserToTrain().score(sets, sets.training, holdout)
    try check(closer.value, values["closer_to_train"], "closer_to_train", name)
    try check(
      closer.extra["p"], values["closer_to_train"], "closer_to_train", name, extra: "p_two_sided")
    let cells = try? DataCopyingTest().score(sets, reference.cells(reference.spec.ct_cells))
    try check(cells?.value, values["ct"], "ct", name, extra: "cells_weighted")
    let global = try DataCopyingTest().score(sets, reference.cells(1)).extra["global"]
    try check(global, values["ct"], "ct", name, extra: "global")
    let mifid = score("mifid", sets)
    if let cosine = values["mifid"]?.extra?["m"], cosine < 1e-9 {
      #expect(mifid == nil, "a quotient by nothing")
    } else {
      try check(mifid?.value, values["mifid"], "mifid", name)
      try check(mifid?.extra["cosine_distance"], values["mifid"], "mifid", name, extra: "m")
    }
    let ratio = try? NearestNeighborRatio().score(sets, holdout, sets.generated)
    try check(ratio?.value, values["nn_ratio"], "nn_ratio", name)
    try check(CopyRate().share(sets).value, values["copy_rate"], "copy_rate", name)
  }

  @Test(arguments: ReferenceSets.names)
  func featureLikelihood(_ name: String) throws {
    let reference = try Reference(name)
    // Fits are slow in NumPy, so larger sets have no expected value.
    guard let expected = reference.values["fld"], expected.value != nil else { return }
    let found = try #require(score("fld", reference.sets))
    try check(found.value, expected, "fld", name)
    try check(found.extra["epochs"], expected, "fld", name, extra: "epochs")
    try check(found.extra["baseline"], expected, "fld", name, extra: "baseline")
    try check(
      score("fld_gap", reference.sets)?.value, reference.values["fld_gap"], "fld_gap", name)
  }
}
