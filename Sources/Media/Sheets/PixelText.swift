/// Draws the few characters that axes need, 5 pixels wide and 7 high.
enum PixelText {
  static let height = 7
  /// Distance from one character to the next, in pixels.
  private static let advance = 6

  /// Rows of each character from the top, with the leftmost pixel in bit 4.
  private static let glyphs: [Character: [UInt8]] = [
    "0": [14, 17, 19, 21, 25, 17, 14], "1": [4, 12, 4, 4, 4, 4, 14],
    "2": [14, 17, 1, 2, 4, 8, 31], "3": [31, 2, 4, 2, 1, 17, 14],
    "4": [2, 6, 10, 18, 31, 2, 2], "5": [31, 16, 30, 1, 1, 17, 14],
    "6": [6, 8, 16, 30, 17, 17, 14], "7": [31, 1, 2, 4, 8, 8, 8],
    "8": [14, 17, 17, 14, 17, 17, 14], "9": [14, 17, 17, 15, 1, 2, 12],
    ".": [0, 0, 0, 0, 0, 12, 12], "-": [0, 0, 0, 31, 0, 0, 0],
    "B": [30, 17, 17, 30, 17, 17, 30], "H": [17, 17, 17, 31, 17, 17, 17],
    "d": [1, 1, 13, 19, 17, 17, 15], "k": [16, 16, 18, 20, 24, 20, 18],
    "s": [0, 0, 14, 16, 14, 1, 30], "z": [0, 0, 31, 2, 4, 8, 31],
  ]

  /// Pixels from the first character's left edge to the last one's right edge.
  static func width(_ text: String) -> Int { max(0, text.count * advance - 1) }

  /// The pixels of a text, counted right and down from its top left corner; unknown characters are blank.
  static func pixels(_ text: String) -> [(x: Int, y: Int)] {
    var pixels: [(x: Int, y: Int)] = []
    for (place, character) in text.enumerated() {
      for (row, bits) in (glyphs[character] ?? []).enumerated() {
        for column in 0..<5 where bits >> (4 - column) & 1 == 1 {
          pixels.append((place * advance + column, row))
        }
      }
    }
    return pixels
  }
}
