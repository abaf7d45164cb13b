internal import Foundation

extension SpectrogramSheet {
  private static let black: [UInt8] = [0, 0, 0]
  /// Pixels of a tick, and from the picture to its label.
  private static let tickLength = 3
  private static let labelDistance = 6
  /// The most ticks that a time axis has room for, the one at 0 included.
  private static let timeTickLimit = 4

  /// Octaves of 125 Hz beside a spectrogram.
  static func drawFrequencies(
    _ logMel: LogMel, left: Int, top: Int, height: Int, on canvas: inout Canvas
  ) {
    let half = Double(logMel.sampleRateHz) / 2
    var freeBelow = top + height + PixelText.height
    for frequency in sequence(first: 125, next: { $0 * 2 }).prefix(while: { Double($0) <= half }) {
      let share = LogMel.mel(Double(frequency)) / LogMel.mel(half)
      let y = top + height - 1 - Int(share * Double(height - 1))
      // Low ones are close together.
      guard y + PixelText.height / 2 + 2 < freeBelow else { continue }
      freeBelow = y - PixelText.height / 2
      canvas.fill(x: left - tickLength - 1..<left - 1, y: y..<y + 1, black)
      let text = frequency < 1000 ? "\(frequency)" : "\(frequency / 1000)k"
      write(text, before: left - labelDistance, y: y, on: &canvas)
    }
  }

  /// Round times below a spectrogram.
  static func drawTimes(_ logMel: LogMel, left: Int, bottom: Int, on canvas: inout Canvas) {
    let seconds = Double(logMel.length) / Double(logMel.sampleRateHz)
    let (step, digits) = tickStep(seconds)
    let count = Int(seconds / step * (1 + 1e-9))
    for tick in 0...count {
      let x = left + Int(Double(tick) * step / seconds * Double(width - 1))
      canvas.fill(x: x..<x + 1, y: bottom + 1..<bottom + 1 + tickLength, black)
      let number = String(format: "%.\(tick == 0 ? 0 : digits)f", Double(tick) * step)
      let text = tick == count ? number + " s" : number
      // Within the picture's sides, so that neighbours do not meet.
      let centered = x - PixelText.width(number) / 2
      let first = min(max(centered, left), left + width - PixelText.width(text))
      canvas.write(text, left: first, top: bottom + labelDistance)
    }
  }

  /// The largest of 1, 2 and 5 times a power of ten that leaves few enough ticks, and the digits after
  /// the point that its multiples need.
  private static func tickStep(_ seconds: Double) -> (step: Double, digits: Int) {
    let candidates = (-6...4).flatMap { exponent in
      [1.0, 2, 5].map { ($0 * pow(10, Double(exponent)), max(0, -exponent)) }
    }
    let step = candidates.first { seconds / $0.0 < Double(timeTickLimit) }
    return step ?? (seconds, 0)
  }

  /// The unit of frequency above the first row.
  static func drawUnit(left: Int, top: Int, on canvas: inout Canvas) {
    write("Hz", before: left - labelDistance, y: top - PixelText.height - 2, on: &canvas)
  }

  /// What power each colour means.
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

  /// The decibels of a power, from its natural logarithm.
  private static func decibels(_ logarithm: Float) -> Double { 10 * Double(logarithm) / log(10) }

  /// Writes a label that ends before a column, its middle in a row.
  private static func write(_ text: String, before x: Int, y: Int, on canvas: inout Canvas) {
    canvas.write(text, left: x - PixelText.width(text), top: y - PixelText.height / 2)
  }
}
