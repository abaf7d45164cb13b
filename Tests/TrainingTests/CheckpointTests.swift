import Experiments
import Foundation
import Records
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// The contents of a checkpoint.
  @Suite struct CheckpointTests {
    @Test func tensorsHaveTheNamesAndShapesOfTheTable() throws {
      try withExperiment(Settings.gan) { experiment, data, folder in
        let session = try TrainingSession(experiment, data, threads: 1)
        let plan = try Plan(TrainingSession(experiment, data, threads: 1), data)
        let url = folder.appending(path: "checkpoint.safetensors")
        try session.save(to: url)
        let file = try SafetensorsFile(url)
        let tensors = plan.layers.flatMap(\.tensors)
        let parameters = file.names.prefix { !$0.contains("/") }
        #expect(parameters.sorted() == tensors.map(\.name).sorted())
        for tensor in tensors {
          #expect(file.shape(of: tensor.name) == tensor.shape, "\(tensor.name)")
        }
        let expected = [
          "generator.block1.linear.weight": [64, 5], "generator.output.conv.weight": [4, 1, 4, 4],
          "generator.output.conv.bias": [1], "discriminator.block1.conv.weight": [4, 1, 4, 4],
          "discriminator.block1.conv.weight_u": [4], "discriminator.output.linear.weight": [1, 80],
        ]
        for (name, shape) in expected {
          #expect(file.shape(of: name) == shape, "\(name)")
        }
        let averages = file.names.filter { $0.hasPrefix("ema/") }
        #expect(
          averages.map { String($0.dropFirst("ema/0.8/".count)) }
            == parameters.filter { $0.hasPrefix("generator.") })
        for slot in ["exp_avg", "exp_avg_sq"] {
          #expect(
            file.shape(of: "optimizer/discriminator.block1.conv.weight/\(slot)") == [4, 1, 4, 4])
        }
        #expect(Set(file.names) == Set(session.variableNames))
      }
    }

    @Test func metadataSayWhereTheTrainingIs() throws {
      try withExperiment(Settings.gan, ["seed=9"]) { experiment, data, folder in
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.advance(3)
        let url = folder.appending(path: "checkpoint.safetensors")
        try session.save(to: url)
        let metadata = try SafetensorsFile(url).metadata
        // Three steps of two batches of 8 from 40 examples reach the first batch of the second epoch.
        #expect(metadata["step"] == "3" && metadata["seed"] == "9")
        #expect(metadata["epoch"] == "1" && metadata["batch_in_epoch"] == "1")
        #expect(metadata["experiment"] == experiment.resolvedYAML())
        // Other programs read the same as JSON, with the words of YAML as texts.
        let json = Data(try #require(metadata["experiment_json"]).utf8)
        let keys = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
        let model = try #require(keys["model"] as? [String: Any])
        #expect(keys["seed"] as? Int == 9 && model["family"] as? String == "gan")
        #expect(model["latent"] as? Int == 5)
      }
    }
  }
}
