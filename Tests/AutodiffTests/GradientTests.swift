import Autodiff
import TestSupport
import Testing

@Suite struct GradientTests {
  @Test func placeholderProjection() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [3, 4])
    let y = try ((x * x).exp() / (x + 3)).sum()
    let error = try projectionError(y, by: [x])
    #expect(error < 1e-6)
  }
}
