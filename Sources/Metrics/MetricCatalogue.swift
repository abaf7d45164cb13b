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
}
