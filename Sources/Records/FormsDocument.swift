public import Foundation

/// The forms in which all trials of a results folder compute their convolutions: `forms.json`. The cache of forms that
/// were measured has files of the same kind.
public struct FormsDocument: Codable, Sendable, Equatable {
  /// How the forms were chosen, such as `measured`.
  public let choice: String
  /// Names of forms by the descriptions of convolutions.
  public var forms: [String: String]
  /// Provenance of the choice.
  public let madeBy: Provenance

  /// Begins a table.
  public init(choice: String, forms: [String: String] = [:], madeBy: Provenance) {
    (self.choice, self.forms, self.madeBy) = (choice, forms, madeBy)
  }

  private enum CodingKeys: String, CodingKey {
    case choice, forms
    case madeBy = "made_by"
  }

  /// Reads a table.
  ///
  /// - Returns: Nil when there is no such file.
  /// - Throws: `InputError` if the file is something else; `FileError` if it cannot be read.
  public static func read(from url: URL) throws -> FormsDocument? {
    try readJSON(FormsDocument.self, from: url, as: "a table of forms of convolutions")
  }

  /// Writes the table.
  ///
  /// - Throws: `FileError`.
  public func write(to url: URL) throws { try writeJSON(self, to: url) }
}
