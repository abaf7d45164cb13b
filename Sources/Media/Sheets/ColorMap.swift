/// A map from 0…1 to colours, from black through red to pale yellow, in steps that look equally large.
///
/// Source: N. Smith, S. van der Walt 2015, colour map `magma` of matplotlib (CC0), at tenths.
enum ColorMap {
  private static let anchors: [[Float]] = [
    [0, 0, 4], [20, 14, 54], [59, 15, 112], [100, 26, 128], [140, 41, 129], [183, 55, 121],
    [222, 73, 104], [247, 112, 92], [254, 159, 109], [254, 207, 146], [252, 253, 191],
  ]

  /// - Parameter value: Clamped to 0…1; NaN counts as 0.
  /// - Returns: Red, green, blue.
  static func color(_ value: Float) -> [UInt8] {
    let place = (value > 0 ? min(value, 1) : 0) * Float(anchors.count - 1)
    let first = min(Int(place), anchors.count - 2)
    let part = place - Float(first)
    return zip(anchors[first], anchors[first + 1]).map { UInt8($0 + ($1 - $0) * part + 0.5) }
  }
}
