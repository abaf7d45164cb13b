internal import Datasets
internal import Foundation
internal import Records

/// Images as separate PNG files.
enum ImageFolder {
  /// - Parameters:
  ///   - images: Shape [count, H, W, C] in `range`.
  ///   - shape: Height, width and channels.
  ///   - path: The file of each image.
  static func write(
    _ images: [Float], shape: [Int], range: ValueRange, to path: (Int) -> String
  ) throws {
    let size = shape.reduce(1, *)
    for index in 0..<images.count / size {
      let raster = Raster(
        height: shape[0], width: shape[1], channels: shape[2],
        values: images[index * size..<(index + 1) * size], range: range)
      try write(raster, to: URL(fileURLWithPath: path(index)))
    }
  }

  /// Writes one image whole or not at all.
  static func write(_ raster: Raster, to url: URL) throws {
    try AtomicFile.write(Data(PNGFile.encode(raster)), to: url, isDurable: false)
  }
}
