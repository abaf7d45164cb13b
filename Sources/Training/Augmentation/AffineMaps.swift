internal import Autodiff

/// A change of coordinates for each image, from places of the result to places of the original: x′ = xx·x + xy·y + x0
/// and y′ = yx·x + yy·y + y0, in pixels from the middle.
///
/// What is added to a map is done to the image after what the map does already, so that it comes first on the way back.
struct AffineMaps {
  /// [N, 1] each, or [1, 1] for all images.
  private(set) var xx, xy, x0, yx, yy, y0: Tensor
  /// 1 for all images.
  let one: Tensor

  /// Leaves all images as they are.
  init(_ graph: Graph) throws {
    one = try graph.constant(1).reshape([1, 1])
    let zero = try graph.constant(0).reshape([1, 1])
    (xx, xy, x0) = (one, zero, zero)
    (yx, yy, y0) = (zero, one, zero)
  }

  /// Scales the image by 1/x and 1/y along its axes; −1 mirrors it.
  func scaled(_ x: Tensor, _ y: Tensor) throws -> AffineMaps {
    try changed(x, x * 0, y * 0, y)
  }

  /// Turns the image by an angle in radians.
  func turned(_ angle: Tensor) throws -> AffineMaps {
    let (cosine, sine) = (try angle.cos(), try angle.sin())
    return try changed(cosine, -sine, sine, cosine)
  }

  /// Moves the image by −x and −y pixels.
  func moved(_ x: Tensor, _ y: Tensor) throws -> AffineMaps {
    var map = self
    (map.x0, map.y0) = (try xx * x + xy * y + x0, try yx * x + yy * y + y0)
    return map
  }

  /// The matrix times [[a, b], [c, d]].
  private func changed(_ a: Tensor, _ b: Tensor, _ c: Tensor, _ d: Tensor) throws -> AffineMaps {
    var map = self
    (map.xx, map.xy) = (try xx * a + xy * c, try xx * b + xy * d)
    (map.yx, map.yy) = (try yx * a + yy * c, try yx * b + yy * d)
    return map
  }

  /// The places of the original that belong to places of the result, [N, Q] each.
  ///
  /// - Parameters:
  ///   - x: [1, Q].
  ///   - y: [1, Q].
  func callAsFunction(_ x: Tensor, _ y: Tensor) throws -> (x: Tensor, y: Tensor) {
    (try xx * x + xy * y + x0, try yx * x + yy * y + y0)
  }
}
