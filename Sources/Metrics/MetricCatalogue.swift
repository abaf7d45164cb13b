/// All metrics, in the order in which they are shown.
public enum MetricCatalogue {
  /// Every metric of sets of examples.
  public static let all: [any Metric] = [
    FrechetDistance(),
    KernelDistance(),
    FLD(),
    Precision(),
    Density(),
    Realism(),
    Recall(),
    Coverage(),
    Vendi(),
    RKE(),
    MSSSIMDiversity(),
    NDB(),
    JensenShannon(),
    BirthdaySupport(),
    Authenticity(),
    CloserToTrain(),
    DataCopyingTest(),
    FLDGap(),
    MiFID(),
    NearestNeighborRatio(),
    CopyRate(),
    CopyRateShifted(),
  ]

  /// Names by which metrics go elsewhere, and what they are here.
  public static let otherNames = [
    "fid": ["frechet_distance"],
    "kid": ["kernel_distance"],
    "prdc": ["precision", "recall", "density", "coverage"],
    "ms_ssim": ["ms_ssim_diversity"],
  ]

  /// What a name means: a metric's own key or one of `otherNames`, these in any case and with `-` for `_`.
  ///
  /// - Returns: Keys; empty where there is no such name.
  public static func keys(named name: String) -> [String] {
    if all.contains(where: { $0.key == name }) { return [name] }
    return otherNames[name.lowercased().replacing("-", with: "_")] ?? []
  }
}
