internal import Glossary
internal import Complaints
internal import Files
public import Foundation
internal import Metrics
internal import Scores

/// Numbers that another program says of its model: a JSON object of numbers by name, `{"value": …, "better": "lower"}`,
/// and lists with a number for each training or held-out example, as `d_train` and `d_holdout`.
public struct ForeignScores: Sendable {
  private enum Value: Decodable {
    case number(Double, MetricDirection?)
    case list([Double])

    private struct Directed: Decodable {
      let value: Double
      let better: MetricDirection
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number, nil)
      } else if let list = try? container.decode([Double].self) {
        self = .list(list)
      } else {
        let directed = try container.decode(Directed.self)
        self = .number(directed.value, directed.better)
      }
    }
  }

  /// What comes before the names of these numbers among the metrics.
  static let prefix = "own_"
  /// Ends of the names of lists that belong together.
  private static let ofTraining = "_train"
  private static let ofHoldout = "_holdout"

  private let numbers: [(name: String, value: Double, better: MetricDirection?)]
  private let pairs: [(name: String, training: [Double], holdout: [Double])]

  /// Reads a file.
  ///
  /// - Throws: `DataError` for one that is not as expected, or a list without its partner; `FileError`.
  public init(reading file: URL) throws {
    let data = try readWhole(file)
    guard let values = try? JSONDecoder().decode([String: Value].self, from: data) else {
      throw DataError(
        file: file.path,
        problem:
          "expected a JSON object of finite numbers by name, {\"value\": 1, \"better\": \"lower\"}, and lists of "
          + "numbers such as d_train and d_holdout")
    }
    numbers = values.sorted { $0.key < $1.key }.compactMap { name, value in
      if case .number(let number, let better) = value { (name, number, better) } else { nil }
    }
    var lists: [String: [Double]] = [:]
    for case (let name, .list(let list)) in values { lists[name] = list }
    let names = lists.keys.sorted()
    for name in names {
      let partner =
        name.hasSuffix(Self.ofTraining)
        ? name.dropLast(Self.ofTraining.count) + Self.ofHoldout
        : name.hasSuffix(Self.ofHoldout)
          ? name.dropLast(Self.ofHoldout.count) + Self.ofTraining : nil
      guard let partner, let other = lists[String(partner)] else {
        throw DataError(
          file: file.path,
          problem: "expected lists in pairs such as d_train and d_holdout, found \(name)"
            + (partner.map { " without \($0)" } ?? ""))
      }
      guard !other.isEmpty else {
        throw DataError(file: file.path, problem: "expected numbers in \(partner), found none")
      }
    }
    pairs = names.filter { $0.hasSuffix(Self.ofTraining) }.map { name in
      let stem = String(name.dropLast(Self.ofTraining.count))
      return (stem, lists[name] ?? [], lists[stem + Self.ofHoldout] ?? [])
    }
  }

  /// True for a name that a number of a program may have among the metrics.
  static func canBeKey(_ name: String) -> Bool {
    name.hasPrefix(prefix) && name.count > prefix.count
  }

  /// The numbers as metrics: `own_NAME`, and of a pair of lists `own_NAME_gap`, in standard deviations of the held-out
  /// numbers, and `own_NAME_membership`.
  var entries: [MetricEntry] {
    func number(
      _ name: String, _ aspect: MetricAspect = .memorization, _ better: MetricDirection? = .lower
    ) -> MeasuredNumber {
      MeasuredNumber(
        Self.prefix + name, aspect, better, Meaning("A number of the training program's own"))
    }
    return numbers.map { name, value, better in
      MetricEntry(number(name, .performance, better), .success(Score(value)))
    }
      + pairs.flatMap { name, training, holdout in
        let numbers = (training: training, holdout: holdout)
        return [
          MetricEntry(number("\(name)_gap"), of: numbers, atLeast: 2) {
            Difference.tested(Difference.inDeviations($0, $1))
          },
          MetricEntry(
            number("\(name)_membership"), of: numbers, atLeast: MembershipAttack.needed
          ) { MembershipAttack(members: $0, others: $1).score },
        ]
      }
  }
}
