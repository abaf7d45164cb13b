import Autodiff
import TestSupport
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// The limit `loss.max_norm`; `Fixtures/renorm.py` makes the fixture.
  @Suite struct MaxNormTests {
    @Test func equalsPyTorchsRenorm() throws {
      let graph = Graph()
      let weights = [
        ("linear.weight", [4, 6], 0), ("conv.weight", [3, 2, 4, 4], 0),
        ("transposed.weight", [2, 3, 4, 4], 1),
      ]
      var outputs: [String: Tensor] = [:]
      for (name, shape, axis) in weights {
        let weight = try graph.variable(name, shape: shape)
        for bound in ["0.5", "1", "100"] {
          outputs["\(name)/\(bound)"] = try weight.limitingNorms(
            to: Float(bound) ?? 0, outputAxis: axis)
        }
      }
      let worst = try Fixture("renorm", in: .module).compare(outputs)
      #expect(worst.error < 1, "\(worst)")
    }

    @Test func everyUpdateKeepsTheBound() throws {
      let bound = 0.1
      let overrides = ["loss.max_norm=\(bound)", "model.discriminator.norm=none", "dropout=[]"]
      try withExperiment(Settings.gan, overrides) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 2)
        let bias = session.values("generator.block1.linear.bias")
        try session.advance(3)
        // Units lie along the first axis of [64, 5] and of a convolution's [4, 1, 4, 4], and along the
        // second of a transposed one's [4, 1, 4, 4].
        let units = [
          ("generator.block1.linear.weight", 64), ("discriminator.block1.conv.weight", 4),
          ("discriminator.output.linear.weight", 1), ("generator.output.conv.weight", 1),
        ]
        var longest = 0.0
        for (name, count) in units {
          let values = session.values(name)
          let size = values.count / count
          let norms = (0..<count).map { unit in
            values[unit * size..<(unit + 1) * size].reduce(0) { $0 + Double($1 * $1) }.squareRoot()
          }
          #expect(norms.allSatisfy { $0 <= bound * (1 + 1e-6) }, "\(name): \(norms)")
          longest = max(longest, norms.max() ?? 0)
        }
        #expect(abs(longest - bound) < 1e-6)
        let moved = session.values("generator.block1.linear.bias")
        #expect(zip(bias, moved).contains { $0 != $1 })
      }
    }
  }
}
