/// A drawing: shapes in a plane whose y grows downwards, in units of a hundredth of a chart's width or so.
package indirect enum Graphic: Equatable, Sendable {
  /// Where a text is, relative to its point.
  package enum Anchor: String, Sendable {
    case start, middle, end
  }

  /// A mark of one value.
  package enum Marker: Int, CaseIterable, Sendable {
    case circle, square, triangle, diamond
  }

  /// A place, from the left and from the top.
  package struct Point: Equatable, Sendable {
    var x, y: Double

    /// Names a place.
    package init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  case line(Point, Point, style: String)
  case path([Point], style: String)
  case rectangle(Point, width: Double, height: Double, style: String)
  case marker(Marker, Point, size: Double, style: String)
  case text(String, Point, Anchor, style: String)
  /// What is drawn with a text that shows when it is pointed at or, if it can have it, has the focus.
  case explained(String, isFocusable: Bool, [Graphic])
  case group([Graphic])
}
