/// A drawing: shapes in a plane whose y grows downwards, in units of the picture's view box.
package indirect enum Graphic: Equatable, Sendable {
  /// Alignment of a text to its point.
  package enum Anchor: String, Sendable {
    case start, middle, end
  }

  /// Shape of the mark for one value.
  package enum Marker: Int, CaseIterable, Sendable {
    case circle, square, triangle, diamond
  }

  /// A point, as distances from the left and from the top.
  package struct Point: Equatable, Sendable {
    var x, y: Double

    /// Makes a point.
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
  /// Shapes with a tooltip, shown while they are pointed at or, where focusable, have the focus.
  case explained(String, isFocusable: Bool, [Graphic])
  case group([Graphic])
  /// Shapes of one arm, which a reader may hide.
  case arm(String, [Graphic])
  /// A line through a point of each of some arms, which leaves out those that are hidden.
  case connection([Point], of: [String], style: String)
}
