internal import Files
internal import Foundation
internal import Records

/// Embeds files in a page as `data:` addresses, up to a budget of bytes.
struct Media {
  /// Standard budget in bytes of files; their encoding adds a third.
  static let standardBudget = 8_000_000

  private let budget: Int
  private var used = 0

  init(budget: Int) { self.budget = budget }

  /// Files that were left out, by their paths in the results folder.
  private(set) var leftOut: [String] = []

  /// The `data:` address of a file.
  ///
  /// - Returns: Nil when the file is missing, is neither a PNG nor a WAV, or does not fit the budget.
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
