internal import Foundation

extension SpectrogramSheet {
  private static let black: [UInt8] = [0, 0, 0]
  /// Length of a tick, and distance from the picture to its label, in pixels.
  private static let tickLength = 3
  private static let labelDistance = 6
  /// The most ticks that a time axis has room for, the one at 0 included.
  private static let timeTickLimit = 4

  /// Draws ticks at 125 Hz and its octaves at the left of a spectrogram.
  static func drawFrequencies(
    _ logMel: LogMel, left: Int, top: Int, height: Int, on canvas: inout Canvas
  ) {
    let half = Double(logMel.sampleRateHz) / 2
    var freeBelow = top + height + PixelText.height
    for frequency in sequence(first: 125, next: { $0 * 2 }).prefix(while: { Double($0) <= half }) {
      let share = MelBands.mel(Double(frequency)) / MelBands.mel(half)
      let y = top + height - 1 - Int(share * Double(height - 1))
      // Low frequencies are close together, so labels that would overlap are left out.
      guard y + PixelText.height / 2 + 2 < freeBelow else { continue }
      freeBelow = y - PixelText.height / 2
      canvas.fill(x: left - tickLength - 1..<left - 1, y: y..<y + 1, black)
      let text = frequency < 1000 ? "\(frequency)" : "\(frequency / 1000)k"
      write(text, before: left - labelDistance, y: y, on: &canvas)
    }
  }

  /// Draws ticks at round times below a spectrogram.
  static func drawTimes(_ logMel: LogMel, left: Int, bottom: Int, on canvas: inout Canvas) {
    let seconds = Double(logMel.length) / Double(logMel.sampleRateHz)
    let (step, digits) = tickStep(seconds)
    let count = Int(seconds / step * (1 + 1e-9))
    for tick in 0...count {
      let x = left + Int(Double(tick) * step / seconds * Double(width - 1))
      canvas.fill(x: x..<x + 1, y: bottom + 1..<bottom + 1 + tickLength, black)
      let number = String(format: "%.\(tick == 0 ? 0 : digits)f", Double(tick) * step)
      let text = tick == count ? number + " s" : number
      // Labels stay within the picture's sides, so that neighbours do not overlap.
      let centered = x - PixelText.width(number) / 2
      let first = min(max(centered, left), left + width - PixelText.width(text))
      canvas.write(text, left: first, top: bottom + labelDistance)
    }
  }

  /// The smallest of 1, 2 and 5 times a power of ten that leaves few enough ticks, and the digits after the
  /// point that its multiples need. For 4096 samples at 16 kHz (0.256 s) it is 0.1 s, with one digit.
  private static func tickStep(_ seconds: Double) -> (step: Double, digits: Int) {
    let candidates = (-6...4).flatMap { exponent in
      [1.0, 2, 5].map { ($0 * pow(10, Double(exponent)), max(0, -exponent)) }
    }
    let step = candidates.first { seconds / $0.0 < Double(timeTickLimit) }
    return step ?? (seconds, 0)
  }

  /// Writes the unit of frequency above the first row.
  static func drawUnit(left: Int, top: Int, on canvas: inout Canvas) {
    write("Hz", before: left - labelDistance, y: top - PixelText.height - 2, on: &canvas)
  }

  /// Draws the key of colours, with their powers in decibels.
  static func drawKey(
    _ loudest: Float, left: Int, top: Int, height: Int, on canvas: inout Canvas
  ) {
    for row in 0..<height {
      let color = ColorMap.color(1 - Float(row) / Float(height - 1))
      canvas.fill(x: left..<left + keyWidth, y: top + row..<top + row + 1, color)
    }
    let decibels = (floor: decibels(LogMel.floor), top: decibels(max(loudest, LogMel.floor + 1)))
    let range = decibels.top - decibels.floor
    for level in stride(from: 0, through: decibels.floor, by: -20) where level <= decibels.top {
      let y = top + Int((decibels.top - level) / range * Double(height - 1))
      canvas.fill(x: left + keyWidth..<left + keyWidth + tickLength, y: y..<y + 1, black)
      canvas.write(
        "\(Int(level))", left: left + keyWidth + labelDistance, top: y - PixelText.height / 2)
    }
    canvas.write("dB", left: left, top: top - PixelText.height - 5)
  }

  /// Decibels of a power that is given by its natural logarithm.
  private static func decibels(_ logarithm: Float) -> Double { 10 * Double(logarithm) / log(10) }

  /// Writes a label that ends left of column `x`, with its middle in row `y`.
  private static func write(_ text: String, before x: Int, y: Int, on canvas: inout Canvas) {
    canvas.write(text, left: x - PixelText.width(text), top: y - PixelText.height / 2)
  }
}
