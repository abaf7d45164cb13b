internal import Media

/// Pictures in JPEG files.
struct JPEGPicture: PictureFormat {
  let name = "JPEG"
  let endings = ["jpg", "jpeg"]
  let signature = JPEGHeader.signature

  func form(of path: String) throws -> PictureForm {
    let header = try JPEGFile.header(path)
    return PictureForm(shape: header.shape, isFloat: false, isTurned: header.isTurned)
  }

  func read(_ path: String) throws -> Raster { try JPEGFile.read(path) }
}
