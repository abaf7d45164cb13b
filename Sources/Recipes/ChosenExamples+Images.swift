internal import Datasets
internal import Experiments
internal import Models
internal import Specification

extension ChosenExamples {
  /// Chooses the size of images: the largest one that convolutions can halve and that half of them have.
  static func images(_ stored: StoredImages) -> ChosenExamples {
    let sizes = Recipe.sides.filter { side in
      ExampleShape.image(height: side, width: side, channels: stored.channels).fitsConvolutions
    }
    let side = sizes.last { $0 <= stored.medianSide } ?? sizes[0]
    let color = stored.channels == 3 ? "colour" : "grey"
    return ChosenExamples(
      kind: .images, count: stored.count, sources: stored.count,
      found:
        "\(counted(stored.count, "\(color) image")), of \(range(stored.sides)) pixels on the shorter side",
      size: "\(side)×\(side) pixels",
      shape: .image(height: side, width: side, channels: stored.channels),
      keys: [
        DraftKey("data.size", .integer(side), sizeReason(side, of: stored)),
        DraftKey("data.channels", .integer(stored.channels), channelsReason(stored.channels)),
        DraftKey("data.augment.flip", .flag(stored.channels == 3), flipReason(stored.channels)),
      ])
  }

  private static func sizeReason(_ side: Int, of stored: StoredImages) -> String {
    let limits = "\(Recipe.sides.lowerBound) to \(Recipe.sides.upperBound)"
    guard stored.sides != side...side else {
      return
        "pixels a side, as the shorter sides of all pictures are, and as convolutions can halve them; what "
        + "is not square is cropped to its middle"
    }
    let why =
      stored.medianSide < side
      ? "the least of the sizes from \(limits) that convolutions can halve, as the pictures are smaller"
      : "the largest of the sizes from \(limits) that convolutions can halve and half of the pictures have"
    return
      "pixels a side: \(why); the shorter sides of the pictures are \(range(stored.sides)). What is "
      + "not square is cropped to its middle. Half the size takes about a quarter of the time"
  }

  private static func channelsReason(_ channels: Int) -> String {
    channels == 1
      ? "grey, as all pictures are"
      : "red, green, blue, as there are pictures in colour; 1 makes all of them grey, which is less to learn"
  }

  private static func flipReason(_ channels: Int) -> String {
    let onlyWhere = "which is right where a mirrored picture could be one of the others"
    return channels == 1
      ? "true mirrors half of the pictures each time, \(onlyWhere): off, as grey pictures are often of "
        + "digits or letters"
      : "mirrors half of the pictures each time, \(onlyWhere): false for digits, letters, and all that "
        + "has a left and a right"
  }

  private static func range(_ sides: ClosedRange<Int>) -> String {
    sides.lowerBound == sides.upperBound
      ? "\(sides.lowerBound)" : "\(sides.lowerBound) to \(sides.upperBound)"
  }
}
