extension Double {
  /// The number with as few digits as it needs: whole ones without a point.
  package var plain: String {
    abs(self) < 1e15 ? Int(exactly: self).map { "\($0)" } ?? description : description
  }
}
