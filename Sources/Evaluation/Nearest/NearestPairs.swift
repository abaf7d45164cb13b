internal import Training
internal import Foundation
public import Metrics

/// Every generated example with its nearest training examples, the closest pair first; see `shown` for sheets.
///
/// Two kinds of nearest examples are found: in the features, and as images or sounds up to small shifts and
/// mirroring. A learned space can hide copies that the eye sees, and pixels can hide copies that are moved.
public struct NearestPairs: Sendable {
  /// A generated example with its neighbours.
  public struct Pair: Sendable {
    /// Position of the generated example.
    public let generated: Int
    /// Position of the training example that is nearest in the features.
    public let nearest: Int
    /// Distance of their features.
    public let distance: Double
    /// The nearest training example as an image or sound; nil when only features are known or none was
    /// searched for.
    public let raw: ShiftedNeighbor?
  }

  /// A pair for every generated example, sorted by the distance in the features.
  public let pairs: [Pair]
  let generated: ExampleSet
  let training: ExampleSet

  /// Finds the neighbours.
  ///
  /// - Parameters:
  ///   - searched: Largest number of generated examples whose nearest image or sound is searched for, those
  ///     closest in the features; nil for all. Pairs that are shown on sheets are always searched.
  ///   - threads: Threads that share the work; no result depends on it.
  /// - Throws: `Stopped`.
  public init(
    generated: ExampleSet, training: ExampleSet, searched: Int? = nil, threads: Threads
  ) throws {
    self.generated = generated
    self.training = training
    let inFeatures = try NearestNeighbors(
      of: generated.features, in: training.features, k: 1, threads: threads)
    let squares = inFeatures.nearestSquares
    let nearest = inFeatures.nearest
    let order = (0..<generated.count).sorted { (squares[$0], $0) < (squares[$1], $1) }
    var inRaw: [ShiftedNeighbor] = []
    if let made = generated.raw, let known = training.raw, made.shape == known.shape {
      let rows = Array(order.prefix(max(searched ?? .max, Self.shownPairs)))
      inRaw = try ShiftedSearch(in: known, threads: threads)
        .neighbors(of: made.rows(rows), k: 1, threads: threads).map { $0[0] }
    }
    pairs = order.enumerated().map { rank, row in
      Pair(
        generated: row, nearest: nearest[row], distance: squares[row].squareRoot(),
        raw: rank < inRaw.count ? inRaw[rank] : nil)
    }
  }

  /// The pairs in the order in which sheets show them: of those that were searched, the closest of each training
  /// example, and then the others. A training example that many samples are near would else fill a sheet.
  var shown: [Pair] {
    let searched = pairs.prefix { $0.raw != nil }
    var seen: Set<Int> = []
    let isFirst = searched.map { seen.insert($0.nearest).inserted }
    return zip(searched, isFirst).filter(\.1).map(\.0)
      + zip(searched, isFirst).filter { !$0.1 }.map(\.0)
  }

  /// All pairs as CSV. Positions are rows of the sets as they were read; cells are empty where nothing was
  /// searched.
  public var csv: String {
    let raw = generated.raw
    var columns = ["rank", "generated", "nearest", "distance"]
    let known = columns.count
    if pairs.contains(where: { $0.raw != nil }) {
      columns += ["nearest_raw", "distance_raw"]
      columns += raw?.areImages == true ? ["down", "right", "mirrored"] : ["shift"]
    }
    let lines = pairs.enumerated().map { rank, pair in
      var fields = [
        "\(rank + 1)", "\(generated.origin[pair.generated])", "\(training.origin[pair.nearest])",
        "\(pair.distance)",
      ]
      if let raw = pair.raw {
        fields += ["\(training.origin[raw.index])", "\(raw.square.squareRoot())"]
        switch raw.alignment {
        case .image(let down, let right, let isMirrored):
          fields += ["\(down)", "\(right)", isMirrored ? "1" : "0"]
        case .sound(let samples): fields.append("\(samples)")
        }
      } else {
        fields += [String](repeating: "", count: columns.count - known)
      }
      return fields.joined(separator: ",")
    }
    return ([columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }
}
