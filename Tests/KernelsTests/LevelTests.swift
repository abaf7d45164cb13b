internal import Foundation
internal import Kernels
import Testing

@Suite struct LevelTests {
  /// Kernels use the level that `LETHE_ISA` names; without it, the level of the processor.
  @Test func kernelsKeepToTheGivenLevel() {
    let level = String(cString: lethe_isa())
    let given = ProcessInfo.processInfo.environment["LETHE_ISA"] ?? "native"
    if given == "native" {
      #expect(["avx512", "avx2", "sse41", "aarch64", "baseline"].contains(level))
    } else {
      #expect(level == given)
      #expect(ProcessInfo.processInfo.environment["ONEDNN_MAX_CPU_ISA"] != nil)
    }
  }
}
