import DataSupport
import Complaints
import Datasets
import Evaluation
import Experiments
import Foundation
import Records
import Testing
import Training
import Trials

extension TrainingSuite {
  /// Names of measurements, which `metrics.primary` and claims may use.
  @Suite struct MeasurementTests {
    private static let few = "train: {steps: 2, batch: 4}\n"
    private static let probes =
      "probes: [activation_sparsity, mean_activation, co_adaptation, effective_rank, "
      + "subnetwork_variance, gradient_direction_variance], averaging: [2]"

    /// The names that may be given are exactly those in `metrics.json` afterwards.
    @Test(arguments: [
      "gan, backbone: mlp, latent: 3, hidden: [4]", "vae, backbone: mlp, latent: 3, hidden: [4]",
    ])
    func namesOfGeneratorsAreWhatIsMeasured(_ model: String) throws {
      try withExperiment(
        "model: {family: \(model)}\n" + Self.few
          + "metrics: {samples: 5, features: pixels, memorization_score: {folds: 2}, "
          + "membership_calibrated: {}, \(Self.probes)}\n",
        [
          "data={source: shapes, size: 8, channels: 1, limit: 40, holdout: 0.1, canaries: {count: 1}}"
        ]
      ) { experiment, data, folder in
        let keys = MeasurementCatalogue.keys(of: experiment)
        for key in ["memorization_score", "membership_calibrated", "canary_rate"] {
          #expect(keys.contains(key))
        }
        let found = try measured(experiment, data, folder)
        #expect(found == keys.sorted())
      }
    }

    @Test(arguments: [2, 3]) func namesOfClassifiersAreWhatIsMeasured(_ classes: Int) throws {
      let folder = try TemporaryFolder()
      let experiment = try classifier(classes, folder)
      let data = try experiment.loadData(progress: nil)
      let keys = MeasurementCatalogue.keys(of: experiment, classes: classes)
      #expect(keys.contains("equal_error_rate") == (classes == 2))
      #expect(try measured(experiment, data, URL(filePath: folder.path)) == keys.sorted())
    }

    /// A name is refused when the experiment does not measure it.
    @Test func aPrimaryMetricIsOneThatIsMeasured() throws {
      let model = "model: {family: vae, backbone: mlp}\n" + Self.few
      try withExperiment(
        model + "metrics: {memorization_score: {folds: 2}}",
        ["metrics.primary.memorization=memorization_score"]
      ) { experiment, _, _ in try experiment.checkModel() }
      try withExperiment(model, ["metrics.primary.memorization=memorization_score"]) {
        experiment, _, _ in
        let error = #expect(throws: InputError.self) { try experiment.checkModel() }
        #expect(error?.key == "metrics.primary.memorization")
      }
    }

    @Test(arguments: [2, 3]) func anEqualErrorRateIsOfTwoClasses(_ classes: Int) throws {
      let folder = try TemporaryFolder()
      let experiment = try classifier(classes, folder)
        .overriding([Override("metrics.primary.performance", .text("equal_error_rate"))])
      // The number of classes is not known before the data are loaded.
      try experiment.checkModel()
      let data = try experiment.loadData(progress: nil)
      guard classes != 2 else { return try experiment.checkMeasuring(of: data) }
      let error = #expect(throws: InputError.self) { try experiment.checkMeasuring(of: data) }
      #expect(error?.description.contains("expected one of accuracy, auc, cross") == true)
    }

    private func classifier(_ classes: Int, _ folder: TemporaryFolder) throws -> Experiment {
      let images = URL(filePath: folder.path + "/data.npy")
      try writeImages(40, side: 8, channels: 1, to: images)
      let labels = (0..<40).map { UInt8($0 % classes) }
      _ = try folder.writeNumpy("'|u1'", shape: "(40,)", data: labels, to: "labels.npy")
      return try Experiment.parse(
        """
        name: test
        data: {path: data.npy, labels: labels.npy, size: 8, channels: 1, holdout: 0.3}
        model: {family: classifier, backbone: mlp, hidden: [4]}
        dropout: [{at: "classifier.block1.post_act", rate: 0.4}]
        metrics: {samples: 12, \(Self.probes)}

        """ + Self.few, file: "test.yaml", folder: folder.path)
    }

    /// Runs a trial and returns the keys of its measurements.
    private func measured(
      _ experiment: Experiment, _ data: Dataset, _ folder: URL
    ) throws -> [String] {
      let trial = Trial(
        experiment, in: ResultsFolder(folder.appending(path: "r")), arm: "single", threads: 1)
      #expect(try trial.run(data, shouldStop: { false }, report: { _ in }) == .finished)
      let document = try JSONSerialization.jsonObject(
        with: Data(contentsOf: trial.folder.metrics))
      let values = try #require((document as? [String: Any])?["values"] as? [String: Any])
      return values.keys.sorted()
    }
  }
}
