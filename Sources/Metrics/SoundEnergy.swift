internal import MetricsKernels

/// The energy of a sound, and how much of it a shift leaves to be compared.
struct SoundEnergy: Sendable {
  /// Position of the sound among the examples.
  let row: Int
  /// The sum of squares.
  let energy: Double
  /// What is compared, as a share of the energy, when the sound is later than another by −reach…reach
  /// samples; 1 of silence.
  let shares: [Float]

  /// - Parameter reach: The largest shift, less than the length.
  init(_ sounds: RawExamples, _ row: Int, reach: Int) {
    let length = sounds.size
    let (energy, lost) = sounds.withRow(row) { sound in
      (lethe_energy(sound, Int64(length)), Self.ends(sound, length: length, reach: reach))
    }
    self.row = row
    self.energy = energy
    shares = lost.map { energy > 0 ? Float(1 - $0 / energy) : 1 }
  }

  /// This sound's share of its own and another's energy; a half when both are silent.
  func weight(beside other: SoundEnergy) -> Double {
    energy + other.energy > 0 ? energy / (energy + other.energy) : 0.5
  }

  /// The energy of the samples that meet nothing: the last ones when the sound is earlier, the first ones when
  /// it is later.
  private static func ends(
    _ sound: UnsafePointer<Float>, length: Int, reach: Int
  ) -> [Double] {
    var lost = [Double](repeating: 0, count: 2 * reach + 1)
    for shift in 0..<reach {
      let (first, last) = (Double(sound[shift]), Double(sound[length - 1 - shift]))
      lost[reach + shift + 1] = lost[reach + shift] + first * first
      lost[reach - shift - 1] = lost[reach - shift] + last * last
    }
    return lost
  }
}

/// Training sounds that are compared in step.
struct SoundGroup: Sendable {
  /// The sounds, no more than lanes.
  let sounds: [SoundEnergy]
  /// What is compared of each when a generated sound is later than it by −reach…reach samples, shape
  /// [shifts, lanes].
  let shares: [Float]

  init(_ training: RawExamples, _ rows: Range<Int>, reach: Int, lanes: Int) {
    let sounds = rows.map { SoundEnergy(training, $0, reach: reach) }
    var shares = [Float](repeating: 1, count: (2 * reach + 1) * lanes)
    for (lane, sound) in sounds.enumerated() {
      // The one is as much later as the other is earlier.
      for (place, share) in sound.shares.reversed().enumerated() {
        shares[place * lanes + lane] = share
      }
    }
    self.sounds = sounds
    self.shares = shares
  }
}
