internal import Media
internal import Files
internal import Complaints

/// Reads the binary version of CIFAR-10.
///
/// Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009; layout as on
/// the data set's page: records of a label and 32×32 red, then green, then blue values.
struct CIFARFile: ImageFormat {
  let folderFiles: FileKind? = .cifar
  let fileName: String? = "CIFAR-10 .bin"
  static let side = 32
  static let recordByteCount = 1 + 3 * side * side
  static let shape = ImageShape(height: side, width: side, channels: 3)
  /// The names of the classes, in the order of their numbers.
  static let classes = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]
  let holdsClasses = true

  /// True for training batches that lie directly in the folder.
  func isRead(_ path: String) -> Bool {
    path.hasPrefix("data_batch") && FileKind.cifar.contains(path) && !path.contains("/")
  }

  /// Recognises files by their names alone, as the format has no signature.
  func recognizes(_ path: String, start: [UInt8]) -> Bool { path.hasSuffix(".bin") }

  func shapes(of paths: [String]) throws -> [(shape: ImageShape, count: Int)] {
    try paths.map { (Self.shape, try Self.recordCount(FileReader($0))) }
  }

  func shape(of paths: [String], request: ImageRequest) -> ImageShape { Self.shape }

  /// Number of images in a file.
  private static func recordCount(_ file: borrowing FileReader) throws -> Int {
    guard file.size > 0, file.size % recordByteCount == 0 else {
      throw DataError(
        file: file.path,
        problem: "expected CIFAR-10 records of \(recordByteCount) bytes each, "
          + "found \(file.size) bytes")
    }
    return file.size / recordByteCount
  }

  /// Reads the pixels of one file, shape [N, 32, 32, 3], and the class of each image.
  ///
  /// - Throws: `FileError` if the file cannot be read; `DataError` if it does not consist of whole records
  ///   with labels from 0 to 9.
  static func images(_ path: String) throws -> (pixels: [UInt8], labels: [Int]) {
    let file = try FileReader(path)
    let count = try recordCount(file)
    try requireMemory(2 * file.size, file: path)
    let records = try file.bytes(upTo: file.size)
    let labels = (0..<count).map { Int(records[$0 * recordByteCount]) }
    if let record = labels.firstIndex(where: { !classes.indices.contains($0) }) {
      throw DataError(
        file: path,
        problem: "expected a label of 0 to 9 in record \(record), "
          + "found \(labels[record]): not a CIFAR-10 file")
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: count * shape.count) { buffer, initialized in
      for record in 0..<count {
        let planes = record * recordByteCount + 1
        for pixel in 0..<side * side {
          for channel in 0..<3 {
            let value = records[planes + channel * side * side + pixel]
            buffer.initializeElement(at: initialized, to: value)
            initialized += 1
          }
        }
      }
    }
    return (pixels, labels)
  }
}

extension FileKind {
  static let cifar = FileKind(
    name: "CIFAR-10's data_batch_*.bin", endings: ["bin"],
    noun: "a training batch of CIFAR-10", nouns: "training batches of CIFAR-10")
}

extension CIFARFile {
  /// Loads one or more files into one block.
  ///
  /// - Throws: The error of the first broken file, unless they are skipped; `DataError` if all are broken.
  func load(
    _ paths: [String], request: ImageRequest, progress: LoadProgress?
  ) throws -> ImagePool {
    var (samples, labels) = ([UInt8](), [Int]())
    var skipped: [SkippedFile] = []
    for path in paths {
      do {
        let images = try Self.images(path)
        samples += images.pixels
        labels += images.labels
      } catch {
        guard request.skipBroken, let file = SkippedFile(error) else { throw error }
        skipped.append(file)
      }
    }
    guard !samples.isEmpty else { throw DataError.allBroken(request.name, skipped) }
    let array = ImageArray(
      count: samples.count / Self.shape.count, shape: Self.shape, samples: .bytes(samples))
    let pool = try ImagePool.convert(array, request: request, progress: progress)
    var all = ImagePool(
      shape: pool.shape, samples: pool.samples, valid: pool.valid, skipped: skipped,
      notes: pool.notes)
    if request.labels == .ofSource {
      all.labels = PoolLabels(pool.valid, names: Self.classes) { labels[$0] }
    }
    return all
  }
}
