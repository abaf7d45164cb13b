/// The hash of one set of examples. It depends on the values, their precision, shape and order, and on
/// which examples are windows of one sound; not on the place or the names of files, or on the number of
/// threads.
public struct DataFingerprint: Sendable, Hashable, Codable {
  /// Name of the set: `training`, `held-out`, `test`, `canaries`, `labels`, `genuine` or `generated`.
  public let set: String
  /// Hash of 32 hexadecimal digits; see `ContentDigest`.
  public let hash: String
}

extension Dataset {
  /// The hashes of the sets, in a fixed order: `training` and `held-out` (even if it is empty), `test` and `canaries`
  /// (the rows that are planted) where there are some; with classes also `labels` (the names of the classes, and the
  /// class of each example); with a detector's classes also `genuine` and `generated`.
  ///
  /// Decoded data are hashed. Decoders of lossy formats (MP3, Opus) may differ in the last bits between
  /// processors and versions, and then the hashes differ too.
  public var fingerprints: [DataFingerprint] {
    var all = [
      DataFingerprint(set: "training", [training]), DataFingerprint(set: "held-out", [holdout]),
    ]
    if let test { all.append(DataFingerprint(set: "test", [test])) }
    if canaries != nil {
      let rows = trained.part(Array(training.count..<trained.count))
      all.append(DataFingerprint(set: "canaries", [rows]))
    }
    guard !classes.isEmpty else { return all }
    all.append(labelFingerprint)
    if classes == ["genuine", "generated"] {
      all += classes.enumerated().map { label, name in
        DataFingerprint(
          set: name,
          [training, holdout, test].compactMap(\.self).map { examples in
            examples.part(examples.labels.indices.filter { examples.labels[$0] == label })
          })
      }
    }
    return all
  }

  private var labelFingerprint: DataFingerprint {
    var digest = ContentDigest()
    digest.add(classes.count)
    for name in classes { digest.add(name) }
    digest.add(training.labels)
    digest.add(holdout.labels)
    if let test { digest.add(test.labels) }
    return DataFingerprint(set: "labels", hash: digest.text)
  }
}

extension DataFingerprint {
  fileprivate init(set: String, _ parts: [Examples]) {
    var digest = ContentDigest()
    for part in parts { part.add(to: &digest) }
    self.init(set: set, hash: digest.text)
  }
}

extension Examples {
  /// Adds all examples in their order, with how they are stored and which are windows of one sound.
  fileprivate func add(to digest: inout ContentDigest) {
    digest.add(shape)
    digest.add(count)
    digest.add(isEightBit ? 1 : 4)
    digest.add(groups ?? [])
    for index in 0..<count { withStoredBytes(of: index) { digest.add($0) } }
  }
}
