internal import Files
internal import Foundation
internal import Records

/// Files as `data:` addresses, up to a size that a page can carry.
struct Media {
  /// Bytes of files, before their encoding adds a third.
  static let standardBudget = 8_000_000

  private let budget: Int
  private var used = 0

  init(budget: Int) { self.budget = budget }

  /// Files that were left out, by their paths in the results folder.
  private(set) var leftOut: [String] = []

  /// The address of a file.
  ///
  /// - Returns: Nil when it is not there, or too much for the page.
  mutating func address(_ file: URL, in results: ResultsFolder) -> String? {
    let types = ["png": "image/png", "wav": "audio/wav"]
    guard let type = types[file.pathExtension], let data = try? readWhole(file) else {
      return nil
    }
    guard used + data.count <= budget else {
      leftOut.append(file.path.replacing(results.url.path + "/", with: "", maxReplacements: 1))
      return nil
    }
    used += data.count
    return "data:\(type);base64,\(data.base64EncodedString())"
  }
}
