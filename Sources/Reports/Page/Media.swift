internal import Files
internal import Foundation
internal import Records

/// Embeds files in a page as `data:` addresses, up to a budget of bytes of the page.
struct Media {
  /// Standard budget in bytes, with which a page of 500 trials stays below 15 MB.
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
    // Base64 has four characters for three bytes.
    let size = (data.count + 2) / 3 * 4
    guard used + size <= budget else {
      leftOut.append(file.path.replacing(results.url.path + "/", with: "", maxReplacements: 1))
      return nil
    }
    used += size
    return "data:\(type);base64,\(data.base64EncodedString())"
  }
}
