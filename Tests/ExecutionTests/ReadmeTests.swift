import Autodiff
import Execution
import Foundation
import Testing

/// Checks that the example in Execution's README is what the program prints.
@Suite struct ReadmeTests {
  private static let readme = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/Execution/README.md")

  @Test func theExampleIsReal() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [512, 128])
    let w = try graph.variable("w", shape: [32, 128])
    let y = try graph.scope("layer") {
      let active = try x.matmul(w, transposeOther: true).tanh()
      let kept = try graph.uniform("dropout/layer", shape: active.shape).less(than: 0.7)
      return try active * kept
    }
    let outputs = try [(y * y).sum(), y.stopGradient().matmul(w)]
    let wanted = Computation(graph, outputs: outputs)
    let backend = TestBackend(threads: 2)
    let text = try String(contentsOf: Self.readme, encoding: .utf8)
    for part in try [
      graph.description,
      backend.passes.rewrite(graph, roots: wanted.outputs.map(\.id)).graph.description,
      ExecutionPlan(wanted, for: backend).description,
    ] {
      let lines = part.split(separator: "\n").map {
        String($0).replacing(#/ +$/#, with: "")
      }.joined(separator: "\n")
      #expect(text.contains("```\n\(lines)\n```"), "not in the README:\n\(lines)")
    }
  }
}
