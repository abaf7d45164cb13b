extension Experiment.Data {
  /// `data.augment`: nothing by default.
  public struct Augment: Sendable, Equatable {
    /// `flip`: mirror every other image left to right.
    public let flip: Bool
    /// `cutout: {length}`: side in pixels of a square set to zero. Source: DeVries & Taylor 2017.
    public let cutoutLength: Int?
    /// `mixup: {alpha}`: examples are mixed in shares drawn from Beta(α, α). Source: Zhang 2018.
    public let mixupAlpha: Double?
    /// `cutmix: {alpha}`: patches are swapped, areas drawn from Beta(α, α). Source: Yun 2019.
    public let cutmixAlpha: Double?

    init(_ keys: SectionReader, images: Applicability) throws {
      flip = try keys.value("flip", .flag, default: false, when: images)
      cutoutLength = try keys.optionalSection("cutout", when: images) {
        try $0.value("length", .integer(1...4096), default: 8)
      }
      mixupAlpha = try keys.optionalSection("mixup") {
        try $0.value("alpha", .number(above: 0), default: 0.2)
      }
      cutmixAlpha = try keys.optionalSection("cutmix") {
        try $0.value("alpha", .number(above: 0), default: 1)
      }
    }
  }
}
