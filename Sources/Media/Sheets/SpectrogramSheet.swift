/// Lays the log-mel spectrograms of sounds out as one picture with axes.
public enum SpectrogramSheet {
  /// Sizes in pixels: the width of a spectrogram, the height of a band, the gap between spectrograms.
  static let width = 160
  private static let bandHeight = 2
  private static let gap = 8
  /// Margins in pixels for the labels at the left, below and above, and for the key of colours at the
  /// right.
  private static let leftMargin = 44
  private static let bottomMargin = 22
  private static let topMargin = 18
  private static let keyMargin = 56
  static let keyWidth = 10

  /// Composes the spectrograms of sounds, row after row, with one colour scale for all.
  ///
  /// Time is in seconds, frequency in hertz on the mel scale, and colour in decibels of a band's mean
  /// power, where 0 dB is the power of a constant 1.
  ///
  /// - Parameters:
  ///   - values: N sounds, shape [N, T], in −1…1.
  ///   - columns: Spectrograms in a row; if nil, the grid is about square.
  /// - Returns: An 8-bit colour picture.
  public static func compose(
    _ values: UnsafeBufferPointer<Float>, length: Int, sampleRateHz: Int, columns: Int? = nil
  ) -> Raster {
    let count = values.count / length
    precondition(count > 0 && count * length == values.count, "values are not whole sounds")
    let logMel = LogMel(sampleRateHz: sampleRateHz, length: length)
    let spectrograms = (0..<count).map { index in
      logMel.spectrogram(
        of: UnsafeBufferPointer(rebasing: values[index * length..<(index + 1) * length]))
    }
    let loudest = spectrograms.joined().reduce(LogMel.floor) { $1.isFinite ? max($0, $1) : $0 }
    let columns = columns ?? Int(Double(count).squareRoot().rounded(.up))
    precondition(columns > 0, "a sheet needs at least one column")
    let height = logMel.bandCount * bandHeight
    let right = leftMargin + columns * (width + gap)
    let bottom = topMargin + (count + columns - 1) / columns * (height + gap)
    var canvas = Canvas(width: right + keyMargin, height: bottom + bottomMargin)
    for (index, spectrogram) in spectrograms.enumerated() {
      let left = leftMargin + index % columns * (width + gap)
      let top = topMargin + index / columns * (height + gap)
      draw(spectrogram, logMel, loudest, left, top, on: &canvas)
      if left == leftMargin {
        drawFrequencies(logMel, left: left, top: top, height: height, on: &canvas)
      }
      // Times stand below the last spectrogram of each column.
      if index + columns >= count {
        drawTimes(logMel, left: left, bottom: top + height, on: &canvas)
      }
    }
    drawUnit(left: leftMargin, top: topMargin, on: &canvas)
    drawKey(loudest, left: right, top: topMargin, height: height, on: &canvas)
    return canvas.raster
  }

  private static func draw(
    _ spectrogram: [Float], _ logMel: LogMel, _ loudest: Float, _ left: Int, _ top: Int,
    on canvas: inout Canvas
  ) {
    let bands = logMel.bandCount
    let scale = 1 / max(loudest - LogMel.floor, 1)
    /// Index of the frame whose middle is closest to a column's left edge.
    func frame(_ x: Int) -> Int {
      let sample = x * logMel.length / width - logMel.windowCount / 2
      return min(max((sample + logMel.hop / 2) / logMel.hop, 0), logMel.frameCount - 1)
    }
    for x in 0..<width {
      let first = frame(x)
      let last = max(first + 1, frame(x + 1))
      for band in 0..<bands {
        var sum: Float = 0
        for frame in first..<last { sum += spectrogram[frame * bands + band] - LogMel.floor }
        let color = ColorMap.color(sum / Float(last - first) * scale)
        for y in 0..<bandHeight {
          canvas.set(left + x, top + (bands - band) * bandHeight - 1 - y, color)
        }
      }
    }
  }
}
