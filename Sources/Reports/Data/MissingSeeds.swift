/// Seeds that ended without a value. Seeds fail for a reason, so that what is left of an arm that loses others than the
/// arm it is compared with, or more than a tenth of them, is a selection.
enum MissingSeeds {
  /// The numbers of such seeds, such as `seeds without a value: 12 of 20 of spatial, 0 of 20 of none`, where they
  /// forbid comparing the arms; nil where they do not.
  static func forbidding(_ arms: [SeededValues]) -> String? {
    let lost = arms.map { $0.ended - $0.values.count }
    let shares = zip(lost, arms).map { Double($0) / Double(max(1, $1.ended)) }
    guard let least = shares.min(), let most = shares.max(), least != most || most > 0.1 else {
      return nil
    }
    let counts = zip(lost, arms).map { "\($0) of \($1.ended) of \($1.arm)" }
    return "seeds without a value: " + counts.joined(separator: ", ")
  }
}
