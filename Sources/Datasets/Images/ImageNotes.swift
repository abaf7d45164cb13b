internal import Media

/// Counts how images were made alike, and sums it up in a few lines.
struct ImageNotes {
  private let shape: ImageShape
  private var sizes: [[Int]: Int] = [:]
  private var cropped = 0
  private var greyed = 0
  private var colored = 0
  private var turned = 0

  /// - Parameter shape: Shape that all images are brought to.
  init(to shape: ImageShape) { self.shape = shape }

  /// Counts a picture.
  mutating func add(_ form: PictureForm) {
    add(form.shape)
    if form.isTurned { turned += 1 }
  }

  /// Counts images of one shape, as they are stored.
  mutating func add(_ stored: ImageShape, count: Int = 1) {
    if (stored.height, stored.width) != (shape.height, shape.width) {
      if stored.height != stored.width { cropped += count }
      if min(stored.height, stored.width) != shape.height {
        sizes[[stored.width, stored.height], default: 0] += count
      }
    }
    if stored.channels > shape.channels { greyed += count }
    if stored.channels < shape.channels { colored += count }
  }

  /// Remarks for the user, a line each.
  var lines: [String] {
    func line(_ count: Int, _ kind: String, _ text: String) -> [String] {
      count > 0 ? [counted(count, kind) + " " + text] : []
    }
    return line(turned, "image", "turned upright, as the EXIF data say")
      + line(cropped, "image", "cropped to the square in the middle")
      + line(
        sizes.values.reduce(0, +), "image", "resized to \(shape.width)×\(shape.height) from \(from)"
      )
      + line(greyed, "colour image", "made grey")
      + line(colored, "grey image", "given three equal channels")
  }

  /// The original sizes, the most frequent first, such as `640×480, 32×32`.
  private var from: String {
    let shown = 3
    let order = sizes.sorted { ($1.value, $0.key[0], $0.key[1]) < ($0.value, $1.key[0], $1.key[1]) }
    let names = order.prefix(shown).map { "\($0.key[0])×\($0.key[1])" }
    return names.joined(separator: ", ")
      + (order.count > shown ? " and \(order.count - shown) other sizes" : "")
  }
}
