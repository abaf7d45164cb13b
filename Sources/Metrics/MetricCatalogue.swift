/// All metrics, in the order in which they are shown.
public enum MetricCatalogue {
  /// Every metric of sets of examples.
  public static let all: [any Metric] = [
    FrechetDistance(),
    KernelDistance(),
    KernelAudioDistance(),
    FLD(),
    Precision(),
    Density(),
    ClippedDensity(),
    Realism(),
    Recall(),
    Coverage(),
    ClippedCoverage(),
    Vendi(),
    RKE(),
    Novelty(),
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
    LocalCopying(),
    Membership(),
    MemorizedShare(),
    MemorizedShareShifted(),
    CopyRate(),
    CopyRateShifted(),
  ]

  /// Names that metrics have elsewhere, with the keys that they stand for here.
  public static let otherNames = [
    "fid": ["frechet_distance"],
    "kid": ["kernel_distance"],
    "prdc": ["precision", "recall", "density", "coverage"],
    "kad": ["kernel_audio_distance"],
    "ken": ["novelty"],
    "ms_ssim": ["ms_ssim_diversity"],
  ]

  /// The keys that a name stands for: a metric's own key, or those of one of `otherNames`, in any case and
  /// with `-` for `_`. For example, `KID` gives `kernel_distance`.
  ///
  /// - Returns: Keys; empty where there is no such name.
  public static func keys(named name: String) -> [String] {
    if all.contains(where: { $0.key == name }) { return [name] }
    return otherNames[name.lowercased().replacing("-", with: "_")] ?? []
  }
}
