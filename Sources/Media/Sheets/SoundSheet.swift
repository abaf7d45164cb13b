/// Joins sounds into one.
public enum SoundSheet {
  /// Puts sounds one after another, a tenth of a second of silence between them.
  ///
  /// - Parameter values: N sounds, shape [N, T].
  /// - Returns: Samples of one sound.
  public static func compose(
    _ values: UnsafeBufferPointer<Float>, length: Int, sampleRateHz: Int
  ) -> [Float] {
    let count = values.count / length
    precondition(count > 0 && count * length == values.count, "values are not whole sounds")
    let silence = repeatElement(Float(0), count: sampleRateHz / 10)
    var samples: [Float] = []
    samples.reserveCapacity(values.count + (count - 1) * silence.count)
    for start in stride(from: 0, to: values.count, by: length) {
      if start > 0 { samples += silence }
      samples += values[start..<start + length]
    }
    return samples
  }
}
