extension String {
  /// The text with at most `count` characters, its end given up for an ellipsis: `a long text` to 6 as `a lon…`.
  func shortened(to count: Int) -> String {
    self.count > count ? prefix(count - 1) + "…" : self
  }

  /// A contrast on at most two lines, broken before a sign or after a comma where it can be; the second is shortened.
  ///
  /// - Parameter count: Number of characters of a line.
  func onTwoLines(of count: Int) -> [String] {
    guard self.count > count else { return [self] }
    let spaces = prefix(count + 1).indices.filter { self[$0] == " " }
    let good = spaces.filter { space in
      let (before, after) = (self[index(before: space)], self[index(after: space)])
      return before == "," || after == "−" || after == "+"
    }
    guard let space = good.last ?? spaces.last else { return [shortened(to: count)] }
    return [String(self[..<space]), String(self[index(after: space)...]).shortened(to: count)]
  }
}
