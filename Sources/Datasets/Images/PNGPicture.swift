internal import Media

/// Pictures in PNG files.
struct PNGPicture: PictureFormat {
  let name = "PNG"
  let endings = ["png"]
  let signature = PNGHeader.signature

  func form(of path: String) throws -> PictureForm {
    let header = try PNGFile.header(path)
    return PictureForm(shape: header.shape, isFloat: header.bitDepth == 16)
  }

  func read(_ path: String) throws -> Raster { try PNGFile.read(path) }
}
