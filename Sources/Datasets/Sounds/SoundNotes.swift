internal import Specification
internal import Media

/// Counts what was done to sounds, and sums it up in a few lines.
struct SoundNotes {
  private let request: SoundRequest
  private var files = 0
  private var examples = 0
  private var mixedDown = 0
  private var shorter = 0
  private var longer = 0
  private var windowsOfLonger = 0
  private var padded = 0
  private var dropped = 0
  private var silentWindows = 0
  private var resampled: [Int: Int] = [:]
  private var silent = Group()
  private var clipped = Group()

  /// A count of files, and the first of them as an example.
  private struct Group {
    var count = 0
    var first = ""

    mutating func add(_ path: String) {
      if count == 0 { first = path }
      count += 1
    }
  }

  init(_ request: SoundRequest) { self.request = request }

  /// Counts one sound.
  ///
  /// - Parameter isAudible: One value for each window: true where it is not silent.
  mutating func add(
    _ path: String, _ windows: SoundWindows, sampleRateHz: Int, channels: Int, isClipped: Bool,
    isAudible: [Bool]
  ) {
    let audible = isAudible.count { $0 }
    files += 1
    examples += audible
    if audible == 0 { silent.add(path) } else { silentWindows += windows.count - audible }
    if isClipped { clipped.add(path) }
    if channels > 1 { mixedDown += 1 }
    if sampleRateHz != request.sampleRateHz { resampled[sampleRateHz, default: 0] += 1 }
    if windows.isLonger {
      (longer, windowsOfLonger) = (longer + 1, windowsOfLonger + windows.count)
    }
    if windows.isShorter { shorter += 1 } else if windows.tail > 0 { padded += 1 }
    if windows.dropped > 0 { dropped += 1 }
  }

  /// Remarks for the user, a line each.
  var lines: [String] {
    let length = "\(request.length) samples"
    let seconds = decimal(Double(request.length) / Double(request.sampleRateHz))
    var lines = [
      "\(counted(files, "sound")) gave \(counted(examples, "example")) of \(length) "
        + "(\(seconds) s at \(request.sampleRateHz) Hz)"
    ]
    func add(_ count: Int, _ text: String) {
      if count > 0 { lines.append("\(counted(count, "sound")) \(text)") }
    }
    for (rate, count) in resampled.sorted(by: { $0.key < $1.key }) {
      add(count, "resampled from \(rate) Hz")
    }
    add(mixedDown, "mixed down to one channel")
    if shorter == files, files > 1 {
      lines.append("every sound is shorter than \(length): all faded out and padded with zeros")
    } else {
      add(shorter, "shorter than \(length), faded out and padded with zeros")
    }
    switch request.windows {
    case .all:
      add(longer, "longer than \(length): cut into \(counted(windowsOfLonger, "window"))")
    case .first: add(longer, "longer than \(length): only the start is used")
    case .loudest: add(longer, "longer than \(length): only the loudest window is used")
    }
    add(padded, "with the last window padded with zeros")
    add(dropped, "with a rest of less than half a window, left out")
    if silentWindows > 0 { lines.append("\(counted(silentWindows, "silent window")) left out") }
    add(
      silent.count,
      "silent (peak below \(SoundPool.silencePeakText)) and left out, the first \(silent.first)")
    add(
      clipped.count,
      "clipped (\(ClippingDetector.runLength) or more samples in a row at full scale), "
        + "the first \(clipped.first)")
    return lines
  }
}

/// A number with at most three digits after the point.
private func decimal(_ value: Double) -> String {
  let rounded = (value * 1000).rounded() / 1000
  return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
}
