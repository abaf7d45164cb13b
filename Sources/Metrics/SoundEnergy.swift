internal import MetricsKernels

/// The energy of a sound, and the share of it that remains in the overlap at each shift.
struct SoundEnergy: Sendable {
  /// Position of the sound among the examples.
  let row: Int
  /// The sum of squares.
  let energy: Double
  /// Share of the energy in the overlap when the sound is later than another by −reach…reach samples; 1 for
  /// silence.
  let shares: [Float]

  /// Measures a sound.
  ///
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

  /// This sound's share of the energy of both sounds; a half when both are silent.
  func weight(beside other: SoundEnergy) -> Double {
    energy + other.energy > 0 ? energy / (energy + other.energy) : 0.5
  }

  /// The energy of the samples outside the overlap at each shift: the last samples when the sound is
  /// earlier, the first ones when it is later.
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

/// Training sounds that are compared at once, one in each lane.
struct SoundGroup: Sendable {
  /// The sounds, at most one for each lane.
  let sounds: [SoundEnergy]
  /// Share of each sound's energy in the overlap when a generated sound is later than it by −reach…reach
  /// samples, shape [shifts, lanes]; 1 in lanes without a sound.
  let shares: [Float]

  init(_ training: RawExamples, _ rows: Range<Int>, reach: Int, lanes: Int) {
    let sounds = rows.map { SoundEnergy(training, $0, reach: reach) }
    var shares = [Float](repeating: 1, count: (2 * reach + 1) * lanes)
    for (lane, sound) in sounds.enumerated() {
      // Reversed, as a training sound is earlier by as much as the generated one is later.
      for (place, share) in sound.shares.reversed().enumerated() {
        shares[place * lanes + lane] = share
      }
    }
    self.sounds = sounds
    self.shares = shares
  }
}
