import Experiments
import Testing

/// Keys of `data` that say how examples are divided into sets.
@Suite struct SetKeyTests {
  private static let files = """
    name: digits
    data: {path: a, size: 28, channels: 1}
    model: {family: gan}

    """

  @Test func aShareOrAPath() throws {
    #expect(try parse(minimalGAN).data.test == nil)
    #expect(try parse(minimalGAN, ["data.test=0.25"]).data.test == .share(0.25))
    let path = try parse(Self.files, ["data.test=b/c"]).data.test?.path
    #expect(path?.given == "b/c" && path?.resolved == "/experiments/b/c")
    for bad in ["0", "1", "0.8", "-0.1", "true", "[0.1]"] {
      #expect(
        complaint(minimalGAN, ["data.test=\(bad)"]).contains(
          "data.test: expected a share above 0 and, with the holdout of 0.2, below 0.8, or a path, found"
        ),
        "\(bad): \(complaint(minimalGAN, ["data.test=\(bad)"]))")
    }
  }

  @Test func aDetectorHasAShareOnly() throws {
    let detector = """
      name: d
      data: {genuine: shapes, generated: a.safetensors}
      model: {family: detector}

      """
    #expect(try parse(detector, ["data.test=0.2"]).data.test == .share(0.2))
    #expect(complaint(detector, ["data.test=b"]).contains("below 0.8, found b"))
  }

  @Test func keysWithoutEffect() {
    #expect(
      complaint(minimalGAN, ["data.group=parent"]).contains(
        "would have no effect: it is for folders of files, not built-in data"))
    #expect(
      complaint(Self.files, ["data.group=folder"]).contains("data.group: expected one of parent"))
    #expect(
      complaint(Self.files, ["data.test_labels=b.npy"]).contains("would have no effect"))
    let classifier = Self.files.replacing("gan", with: "classifier")
      .replacing("path: a,", with: "path: a.npy, labels: b.npy,")
    #expect(
      complaint(classifier, ["data.test=c.npy", "data.test_labels=d.npy"]) == "accepted")
    #expect(
      complaint(classifier, ["data.test=0.1", "data.test_labels=d.npy"]).contains(
        "would have no effect"))
  }

  @Test func canaries() throws {
    let canaries = try parse(minimalGAN, ["data.canaries={}"]).data.canaries
    #expect(canaries?.count == 20 && canaries?.repeats == [1, 4, 16])
    #expect(try parse(minimalGAN, ["data.canaries=null"]).data.canaries == nil)
    #expect(try parse(minimalGAN, ["data.canaries={repeats: 3}"]).data.canaries?.repeats == [3])
  }

  /// Without these keys, the identity of trials is what it was before there were any.
  @Test func identity() throws {
    let text = try parse(Self.files).resolvedYAML()
    for key in ["test", "group", "allow_duplicates", "canaries"] { #expect(!text.contains(key)) }
    let settings = [
      "data.test=0.1", "data.group=parent", "data.allow_duplicates=true",
      "data.canaries={count: 3}",
    ]
    for setting in settings {
      #expect(
        try parse(Self.files, [setting]).trialHash(seed: 0) != parse(Self.files).trialHash(seed: 0))
    }
    let again = try parse(parse(Self.files, settings).resolvedYAML())
    #expect(again.data == (try parse(Self.files, settings).data))
  }
}
