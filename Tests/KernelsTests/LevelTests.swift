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

  /// A core that OpenBLAS chooses for processors that it does not know gives way to that of the level; others stand.
  @Test func unknownProcessorsGetTheCoreOfTheirLevel() {
    let isHeld = ProcessInfo.processInfo.environment["LETHE_ISA"] ?? "native" != "native"
    let cores = [
      "avx512": "SkylakeX", "avx2": "Haswell", "sse41": isHeld ? "Core2" : nil,
    ]
    let core = cores[String(cString: lethe_isa())] ?? nil
    #expect(lethe_isa_openblas("Prescott").map { String(cString: $0) } == core)
    #expect(lethe_isa_openblas("Zen").map { String(cString: $0) } == (isHeld ? core : nil))
  }
}
