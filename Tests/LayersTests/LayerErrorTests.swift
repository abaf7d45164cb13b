import Specification
import Complaints
import Autodiff
import Layers
import Testing

/// Shapes that layers refuse, descriptions of parameters, and chains of values.
@Suite struct LayerErrorTests {
  func message(_ layer: some Layer, _ shape: Shape) -> String {
    do {
      let forward = Forward(Graph(), mode: .training)
      return "\(try layer(forward.graph.input("x", shape: shape), forward).shape)"
    } catch {
      return "\(error)"
    }
  }

  let geometry = ConvolutionGeometry(stride: [2, 2], padding: [1, 1])

  @Test func refusedShapes() {
    #expect(
      message(Linear("net.linear", inputs: 4, outputs: 2), [3, 5])
        == "net.linear: expected 2 axes, the last of size 4, found [3, 5]")
    #expect(
      message(LinearFromImage("net.linear", image: [2, 2, 3], outputs: 2), [3, 2, 3, 3])
        == "net.linear: expected examples of shape [2, 2, 3], found [3, 2, 3, 3]")
    #expect(
      message(BatchNorm("net.norm", channels: 4), [1, 1, 1, 4])
        == "net.norm: expected more than one value a channel, found [1, 1, 1, 4]")
    #expect(
      message(LayerNorm("net.norm", channels: 4), [2, 5])
        == "net.norm: expected 2 to 4 axes, the last of size 4, found [2, 5]")
    #expect(
      message(InstanceNorm("net.norm", channels: 4), [2, 4])
        == "net.norm: expected 3 to 4 axes, the last of size 4, found [2, 4]")
    #expect(
      message(InstanceNorm("net.norm", channels: 4), [2, 1, 1, 4])
        == "net.norm: expected more than one place a channel, found [2, 1, 1, 4]")
  }

  @Test func refusedConvolutions() {
    let convolution = Convolution(
      "net.conv", inputs: 3, outputs: 2, kernel: [4, 4], geometry: geometry)
    #expect(
      message(convolution, [2, 8, 8, 4])
        == "net.conv: convolution: expected w with 4 input channels and 2 kernel axes, "
        + "found [2, 3, 4, 4]")
    let transposed = TransposedConvolution(
      "net.conv", inputs: 3, outputs: 2, kernel: [4, 4], geometry: geometry, outputPadding: [0, 2])
    #expect(
      message(transposed, [2, 4, 4, 3])
        == "net.conv: expected output padding below the stride [2, 2], found [0, 2]")
    #expect(
      message(transposed, [2, 4, 3])
        == "net.conv: expected 4 axes, the last of size 3, found [2, 4, 3]")
  }

  @Test func refusedPooling() throws {
    let x = try Graph().input("x", shape: [1, 5, 4, 2])
    #expect {
      try Pooling.max(x, size: 2)
    } throws: {
      "\($0)" == "pooling: expected [N, T, C] or [N, H, W, C] with places divisible by 2, "
        + "found [1, 5, 4, 2]"
    }
    #expect(throws: ModelError.self) { try upsampledNearest(x, factor: 0) }
  }

  @Test func firstValuesAreThoseOfPyTorchAndOfDCGAN() {
    let linear = Linear("a", inputs: 16, outputs: 2)
    #expect(linear.parameters.map(\.name) == ["a.weight", "a.bias"])
    #expect(linear.parameters.map(\.initializer) == [.uniform(bound: 0.25), .uniform(bound: 0.25)])
    #expect(linear.parameters.map(\.isDecayed) == [true, false])
    // PyTorch counts the fan of a transposed convolution from its outputs.
    let transposed = TransposedConvolution(
      "a", inputs: 3, outputs: 4, kernel: [4, 4], geometry: geometry)
    #expect(transposed.parameters[0].initializer == .uniform(bound: 0.125))
    #expect(transposed.parameters[0].shape == [3, 4, 4, 4])
    let dcgan = Convolution(
      "a", inputs: 3, outputs: 4, kernel: [4, 4], geometry: geometry, initialization: .dcgan)
    #expect(dcgan.parameters.map(\.initializer) == [.normal(mean: 0, deviation: 0.02), .zeros])
    let norm = BatchNorm("n", channels: 3, initialization: .dcgan)
    #expect(
      norm.parameters.map(\.initializer) == [
        .normal(mean: 1, deviation: 0.02), .zeros, .zeros, .ones,
      ])
    #expect(norm.parameters.map(\.isTrainable) == [true, true, false, false])
    let spectral = Linear("s", inputs: 3, outputs: 2, spectral: true)
    #expect(spectral.parameters.map(\.name) == ["s.weight", "s.weight_u", "s.weight_v", "s.bias"])
  }

  @Test func setValuesAreUsedFromThenOn() throws {
    let forward = Forward(Graph(), mode: .training)
    let parameter = Linear("a", inputs: 2, outputs: 2).parameters[1]
    let first = try forward.value(of: parameter)
    #expect(try forward.value(of: parameter).id == first.id)
    #expect(forward.changed.isEmpty)
    let second = try first * 2
    try forward.set(parameter, to: second)
    #expect(try forward.value(of: parameter).id == second.id)
    #expect(forward.changed == [parameter])
    #expect {
      try forward.set(parameter, to: forward.graph.constant(1))
    } throws: {
      "\($0)" == "a.bias: expected shape [2], found []"
    }
  }
}
