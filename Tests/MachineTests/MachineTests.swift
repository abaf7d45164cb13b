import Machine
import Testing

@Suite struct MachineTests {
  @Test func memoryIsHadUpToTheMachines() {
    #expect(Memory.problem(bytes: 0) == nil)
    #expect(Memory.problem(bytes: 1e6) == nil)
    for bytes in [1e15, 1e300, .infinity] {
      #expect(Memory.problem(bytes: bytes)?.contains(/^the machine has [0-9]+ MB$/) == true)
    }
  }

  @Test func threadsMapMemory() throws {
    try Memory.require(threads: 2)
    let error = #expect(throws: MachineError.self) { try Memory.require(threads: 1 << 30) }
    #expect(
      error?.description
        == "--threads 1073741824 maps 283467841800 MB beside its data, and this process may not map so much (see ulimit -v)"
    )
  }

  @Test func openFilesAreLimited() throws {
    try OpenFiles.require(more: 8)
    let error = #expect(throws: MachineError.self) { try OpenFiles.require(more: 1 << 40) }
    #expect(
      error?.description.contains("files will be open at once, and this process may have") == true)
  }

  @Test(arguments: [0, 1, 1000]) func resultsKeepTheOrderOfItems(_ count: Int) {
    #expect(onAllCores(Array(0..<count)) { "\($0)" } == (0..<count).map { "\($0)" })
  }
}
