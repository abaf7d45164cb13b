internal import Foundation

/// A paper, as reports name it and as BibTeX has it.
public struct Citation: Sendable, Hashable {
  /// Key in BibTeX: letters and digits.
  public let key: String
  /// Authors, such as `D. Friedman and A. B. Dieng`; `and others` at the end where there are more.
  public let authors: String
  /// Title, without a full stop.
  public let title: String
  /// Journal with volume and pages, conference, or `arXiv:` with a number.
  public let venue: String
  /// Year in which it appeared.
  public let year: Int

  /// Names a paper; see the properties.
  public init(_ key: String, _ authors: String, _ title: String, _ venue: String, _ year: Int) {
    (self.key, self.authors, self.title) = (key, authors, title)
    (self.venue, self.year) = (venue, year)
  }

  /// The paper in a sentence: `Friedman and Dieng 2022, arXiv:2210.02410`.
  public var short: String {
    let names = authors.components(separatedBy: " and ").map { author in
      author == "others" ? "others" : author.drop { $0 != " " }.dropInitials
    }
    let who = names.count > 2 ? "\(names[0]) and others" : names.joined(separator: " and ")
    return "\(who) \(year), \(venue)"
  }

  /// The page of a paper that has a number at arXiv; nil for others.
  public var address: String? {
    venue.hasPrefix(Self.arXiv) ? "https://arxiv.org/abs/" + venue.dropFirst(Self.arXiv.count) : nil
  }

  /// Prefix of the venue of papers at arXiv.
  private static let arXiv = "arXiv:"

  /// The entry for a BibTeX file. Letters outside ASCII are written as commands, and braces keep the title's capitals.
  public var bibTeX: String {
    var fields = [("author", authors), ("title", "{\(title)}")]
    if venue.hasPrefix(Self.arXiv) {
      fields += [("eprint", String(venue.dropFirst(Self.arXiv.count))), ("archiveprefix", "arXiv")]
    }
    fields += [("howpublished", venue), ("year", "\(year)")]
    let lines = fields.map { "  \($0.0) = {\(Self.withoutAccents($0.1))}" }
    return "@misc{\(key),\n\(lines.joined(separator: ",\n"))\n}\n"
  }

  /// Commands of TeX for the accents that names of authors have.
  private static let accents: [Unicode.Scalar: String] = [
    "\u{300}": "`", "\u{301}": "'", "\u{302}": "^", "\u{303}": "~", "\u{308}": "\"", "\u{30C}": "v",
    "\u{327}": "c",
  ]

  /// Writes accents as commands: `ä` becomes `{\"a}`.
  private static func withoutAccents(_ text: String) -> String {
    text.map { character in
      let scalars = String(character).decomposedStringWithCanonicalMapping.unicodeScalars
      guard let accent = scalars.dropFirst().first.flatMap({ accents[$0] }),
        let letter = scalars.first
      else { return String(character) }
      let space = accent.first?.isLetter == true ? " " : ""
      return "{\\\(accent)\(space)\(letter)}"
    }.joined()
  }
}

extension Substring {
  /// A name without initials: ` F. van den Burg` gives `van den Burg`.
  fileprivate var dropInitials: String {
    split(separator: " ").filter { !$0.hasSuffix(".") }.joined(separator: " ")
  }
}
