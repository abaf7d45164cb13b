internal import Metrics

/// Sets with faults that are known.
extension Draw {
  /// Distance of outliers and of invented modes from the centre, in radii of the data.
  private static let far = 3.0
  /// Size of an invented mode, in radii of the data.
  private static let inventedWidth = 0.2
  /// Length of the noise on planted copies, as a multiple of the median distance of nearest training rows.
  private static let copyNoise = 0.1

  private var honestRows: ExampleSet { honest.generated }

  private func percent(_ share: Double) -> String { "\(threeDigits(100 * share))%" }

  /// A share of the generated rows lies far off, in all directions.
  package func outliers(_ share: Double) throws -> Sets {
    let rows = try farOff(honestRows, share, "outliers")
    return sets("\(percent(share)) outliers", rows)
  }

  /// A share of the training rows lies far off.
  func outliersInTraining(_ share: Double) throws -> Sets {
    Sets(
      "\(percent(share)) outliers in T", training: try farOff(training, share, "training outliers"),
      holdout: holdout, generated: honestRows)
  }

  private func farOff(_ rows: ExampleSet, _ share: Double, _ name: String) throws -> ExampleSet {
    let directions = numbers.directions(name, rows.count, dimension)
    return try rows.replacing(share) { row, _, column in
      center[column] + Self.far * radius * directions[row * dimension + column]
    }
  }

  /// A share of the generated rows are a cluster away from the data.
  package func invented(_ share: Double) throws -> Sets {
    let direction = numbers.directions("invented mode", 1, dimension)
    let noise = numbers.normal("invented rows", generatedCount * dimension)
    let width = Self.inventedWidth * radius / Double(dimension).squareRoot()
    let rows = try honestRows.replacing(share) { row, _, column in
      center[column] + Self.far * radius * direction[column]
        + width * noise[row * dimension + column]
    }
    return sets("\(percent(share)) in an invented mode", rows)
  }

  /// A share of the generated rows are training rows with noise.
  ///
  /// - Parameter noise: Length of the noise, as a multiple of the median distance of nearest training rows.
  package func copies(_ share: Double, noise: Double? = nil) throws -> Sets {
    let length = (noise ?? Self.copyNoise) * near / Double(dimension).squareRoot()
    let normal = numbers.normal("copies", generatedCount * dimension)
    let order = numbers.order("copied rows", training.count)
    let source = training.features.values
    let rows = try honestRows.replacing(share) { row, _, column in
      source[order[row % order.count] * dimension + column]
        + length * normal[row * dimension + column]
    }
    let precision = noise.map { ", noise \(threeDigits($0))" } ?? ""
    return sets("\(percent(share)) copies\(precision)", rows)
  }

  /// All generated rows are moved in one direction.
  ///
  /// - Parameters:
  ///   - distance: In radii of the data.
  ///   - share: Share of the rows that are moved.
  package func shifted(_ distance: Double, share: Double = 1) throws -> Sets {
    let direction = numbers.directions("shift", 1, dimension)
    let rows = try honestRows.replacing(share) { _, value, column in
      value + distance * radius * direction[column]
    }
    let part = share < 1 ? "\(percent(share)) " : ""
    return sets("\(part)moved by \(threeDigits(distance)) radii", rows)
  }

  /// The modes of the generated rows have another width.
  ///
  /// - Parameter factor: The width as a multiple of the honest one.
  package func widened(_ factor: Double) throws -> Sets {
    let rows = try honestRows.changed { row, value, column in
      let mean = cellMean(of: row, column)
      return mean + factor * (value - mean)
    }
    return sets("modes of \(threeDigits(factor)) their width", rows)
  }

  /// All generated rows are a few again and again.
  func collapsed(to different: Int) -> Sets {
    let rows = pool.rows((0..<generatedCount).map { $0 % different })
    return sets("collapsed to \(different)", rows)
  }

  /// All generated rows are one with noise.
  ///
  /// - Parameter noise: As a multiple of the median distance of nearest training rows.
  func oneRow(noise: Double) throws -> Sets {
    let normal = numbers.normal("one row", generatedCount * dimension)
    let length = noise * near / Double(dimension).squareRoot()
    let rows = try honestRows.changed { row, _, column in
      pool.features.values[column] + length * normal[row * dimension + column]
    }
    return sets("one row, noise \(threeDigits(noise))", rows)
  }

  /// A share of the training rows equal other ones.
  package func duplicatesInTraining(_ share: Double) -> Sets {
    let repeated = Int(share * Double(training.count))
    let rows = training.rows((0..<training.count).map { $0 < repeated ? repeated + $0 : $0 })
    return Sets(
      "\(percent(share)) duplicates in T", training: rows, holdout: holdout, generated: honestRows)
  }

  /// Fewer generated rows.
  func fewerGenerated(_ share: Double) -> Sets {
    let count = max(1, Int(share * Double(generatedCount)))
    return sets("\(percent(share)) of G", pool.rows(Array(0..<count)))
  }

  /// Fewer rows of all sets.
  func fewer(_ share: Double) -> Sets {
    func part(_ set: ExampleSet) -> ExampleSet {
      set.sample(
        max(2, Int(share * Double(set.count))), stream: "certificate/fewer", seed: UInt64(number))
    }
    return Sets(
      "\(percent(share)) of all rows", training: part(training), holdout: part(holdout),
      generated: part(honestRows))
  }
}
