extension Double {
  /// The number with as few digits as it needs, whole numbers without a point: `3` and `0.03`.
  package var plain: String {
    abs(self) < 1e15 ? Int(exactly: self).map { "\($0)" } ?? description : description
  }
}
