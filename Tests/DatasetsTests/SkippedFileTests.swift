import Complaints
import Datasets
import Testing

/// Files that are left out are broken: a file that is only too large for the memory is not one of them.
@Suite struct SkippedFileTests {
  @Test func aShortageOfMemoryIsNoBrokenFile() {
    let broken = SkippedFile(DataError(file: "a.png", problem: "truncated"))
    #expect(broken?.file == "a.png" && broken?.problem == "truncated")
    #expect(SkippedFile(DataError(file: "a.png", problem: "too large", isShortage: true)) == nil)
  }
}
