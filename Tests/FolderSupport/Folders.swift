package import Foundation

/// Runs a test with an empty folder that is removed afterwards.
package func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "lethe-\(UUID().uuidString)", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The names in a folder, including hidden ones, in order.
package func names(in folder: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
}

/// The error that an operation throws, as the user sees it; `accepted` if there is none.
package func complaint<Result>(_ body: () throws -> Result) -> String {
  do {
    _ = try body()
    return "accepted"
  } catch {
    return "\(error)"
  }
}
