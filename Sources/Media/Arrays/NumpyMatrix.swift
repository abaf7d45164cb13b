package import Files
internal import Complaints

extension NumpyFile {
  /// Reads feature vectors: an array [N, …] whose rows are flattened, in double precision.
  ///
  /// - Returns: Shape [N, D] in row-major order, and D; an array of one axis has D = 1.
  /// - Throws: The errors of `read`, and `DataError` if there are no rows or columns.
  public static func readMatrix(_ path: String) throws -> (values: [Double], dimension: Int) {
    let file = try FileReader(path)
    let header = try NumpyHeader(file, accepting: [.uint8, .float32, .float64])
    let shape = header.shape
    guard let rows = shape.first, !shape.contains(0) else {
      throw DataError(
        file: path,
        problem: "expected at least one row and one column, found the shape \(numpyShape(shape))")
    }
    try requireMemory(header.count * MemoryLayout<Double>.stride, file: path)
    return (try doubles(file, header), header.count / rows)
  }

  /// Reads all elements in double precision, without scaling them.
  package static func doubles(_ file: borrowing FileReader, _ header: NumpyHeader) throws
    -> [Double]
  {
    switch header.element {
    case .uint8: try converted(file, header) { (value: UInt8) in Double(value) }
    case .float32: try converted(file, header) { (value: Float) in Double(value) }
    case .float64: try converted(file, header) { (value: Double) in value }
    case .int16: try converted(file, header) { (value: Int16) in Double(value) }
    case .int32: try converted(file, header) { (value: Int32) in Double(value) }
    case .int64: try converted(file, header) { (value: Int64) in Double(value) }
    }
  }
}
