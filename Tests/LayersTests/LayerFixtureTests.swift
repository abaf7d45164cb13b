import Specification
import Autodiff
import Foundation
import Layers
import TestSupport
import Testing

/// Compares every layer with PyTorch, forward and gradients. `Fixtures/layers.py` makes the fixtures.
@Suite struct LayerFixtureTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let layer: any Layer
    let example: Shape
    var calls = 1
    var mode = Forward.Mode.training
    var testDescription: String { name }
  }

  static func geometry(
    _ stride: [Int], _ padding: [Int], _ dilation: [Int]? = nil
  ) -> ConvolutionGeometry {
    ConvolutionGeometry(stride: stride, padding: padding, dilation: dilation)
  }

  static let affine: [Case] = [
    Case(name: "linear", layer: Linear("layer", inputs: 7, outputs: 5), example: [3, 7]),
    Case(
      name: "linear-to-image", layer: LinearToImage("layer", inputs: 5, image: [2, 3, 4]),
      example: [3, 5]),
    Case(
      name: "linear-from-image-few",
      layer: LinearFromImage("layer", image: [2, 3, 4], outputs: 2), example: [3, 2, 3, 4]),
    Case(
      name: "linear-from-image-many",
      layer: LinearFromImage("layer", image: [2, 3, 4], outputs: 9), example: [3, 2, 3, 4]),
    Case(
      name: "conv2d",
      layer: Convolution(
        "layer", inputs: 3, outputs: 5, kernel: [3, 4],
        geometry: geometry([2, 1], [1, 2], [1, 2])),
      example: [2, 7, 9, 3]),
    Case(
      name: "conv1d",
      layer: Convolution("layer", inputs: 2, outputs: 3, kernel: [5], geometry: geometry([2], [2])),
      example: [2, 11, 2]),
    Case(
      name: "transposed2d",
      layer: TransposedConvolution(
        "layer", inputs: 3, outputs: 4, kernel: [3, 3],
        geometry: geometry([2, 3], [1, 1], [2, 2]),
        outputPadding: [1, 2]), example: [2, 4, 3, 3]),
    Case(
      name: "transposed1d",
      layer: TransposedConvolution(
        "layer", inputs: 3, outputs: 2, kernel: [25], geometry: geometry([4], [11]),
        outputPadding: [1]), example: [2, 5, 3]),
  ]

  static let norms: [Case] = [
    Case(
      name: "batch-vector", layer: BatchNorm("layer", channels: 5), example: [4, 5], calls: 2),
    Case(
      name: "batch-image", layer: BatchNorm("layer", channels: 3), example: [2, 4, 5, 3], calls: 2),
    Case(
      name: "batch-sampling", layer: BatchNorm("layer", channels: 3), example: [2, 4, 5, 3],
      mode: .sampling(dropout: .stochastic)),
    Case(name: "layer-vector", layer: LayerNorm("layer", channels: 6), example: [3, 6]),
    Case(name: "layer-image", layer: LayerNorm("layer", channels: 3), example: [2, 4, 5, 3]),
    Case(name: "instance-image", layer: InstanceNorm("layer", channels: 3), example: [2, 4, 5, 3]),
    Case(name: "instance-sound", layer: InstanceNorm("layer", channels: 3), example: [2, 6, 3]),
  ]

  static let recurrent = Cell.allCases.map {
    Case(
      name: $0.rawValue, layer: Recurrent("layer", $0, inputs: 5, hidden: 4), example: [6, 3, 5])
  }

  static let spectral: [Case] = [
    ("linear", Linear("layer", inputs: 7, outputs: 5, spectral: true) as any Layer, [3, 7]),
    (
      "conv",
      Convolution(
        "layer", inputs: 3, outputs: 4, kernel: [3, 3], geometry: geometry([1, 1], [1, 1]),
        spectral: true), [2, 4, 4, 3]
    ),
    (
      "transposed",
      TransposedConvolution(
        "layer", inputs: 3, outputs: 4, kernel: [4, 4], geometry: geometry([2, 2], [1, 1]),
        spectral: true), [2, 3, 3, 3]
    ),
  ].flatMap { name, layer, example in
    [
      Case(name: "spectral-" + name, layer: layer, example: example, calls: 3),
      Case(
        name: "spectral-\(name)-sampling", layer: layer, example: example,
        mode: .sampling(dropout: .off)),
    ]
  }

  @Test(arguments: affine + norms + recurrent + spectral)
  func layerEqualsPyTorch(_ test: Case) throws {
    let forward = Forward(Graph(), mode: test.mode)
    let x = try forward.graph.input("x", shape: test.example)
    var y = x
    // The variables are taken before the calls, since batch norm and spectral norm change the current values.
    let trained = try test.layer.parameters.filter(\.isTrainable).map {
      ($0.name, try forward.value(of: $0))
    }
    for _ in 0..<test.calls { y = try test.layer(x, forward) }
    var outputs = try gradients(of: y, x: x, by: trained)
    for parameter in forward.changed {
      outputs["state/" + parameter.name] = try forward.value(of: parameter)
    }
    let worst = try Fixture(test.name, in: .module).compare(outputs)
    #expect(worst.error < 1, "\(worst)")
  }

  static let functions: [(String, @Sendable (Tensor) throws -> Tensor, Shape)] = [
    ("max-pool", { try Pooling.max($0, size: 2) }, [2, 4, 6, 3]),
    ("average-pool", { try Pooling.average($0, size: 2) }, [2, 4, 6, 3]),
    ("max-pool-sound", { try Pooling.max($0, size: 4) }, [2, 8, 3]),
    ("upsample", { try upsampledNearest($0, factor: 3) }, [2, 4, 6, 3]),
    ("bilinear", { try upsampledLinear($0, factor: 2) }, [2, 4, 6, 3]),
    ("bilinear-single", { try upsampledLinear($0, factor: 2) }, [2, 1, 3, 2]),
    ("bilinear-3", { try upsampledLinear($0, factor: 3) }, [2, 4, 6, 3]),
    ("linear-upsample-sound", { try upsampledLinear($0, factor: 4) }, [2, 8, 3]),
  ]

  @Test(arguments: functions.indices) func resizingEqualsPyTorch(_ index: Int) throws {
    let (name, function, example) = Self.functions[index]
    try compare(name, example, function)
  }

  @Test(arguments: Activation.allCases) func activationEqualsPyTorch(_ kind: Activation) throws {
    try compare(kind.rawValue, [2, 4, 6, 3]) { try kind($0) }
  }

  func compare(_ name: String, _ example: Shape, _ function: (Tensor) throws -> Tensor) throws {
    let x = try Graph().input("x", shape: example)
    let outputs = try gradients(of: function(x), x: x, by: [])
    let worst = try Fixture(name, in: .module).compare(outputs)
    #expect(worst.error < 1, "\(worst)")
  }

  func gradients(
    of y: Tensor, x: Tensor, by trained: [(String, Tensor)]
  ) throws -> [String: Tensor] {
    let scalar = try (y * y.graph.input("cotangent", shape: y.shape)).sum()
    let names = ["x"] + trained.map(\.0)
    let gradients = try y.graph.gradients(of: scalar, by: [x] + trained.map(\.1))
    var outputs = ["y": y]
    for (name, gradient) in zip(names, gradients) { outputs["grad/" + name] = gradient }
    return outputs
  }
}
