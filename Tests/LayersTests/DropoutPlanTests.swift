import Specification
import Layers
import Testing

/// Resolution of dropout entries: globs, and the message of every error.
@Suite struct DropoutPlanTests {
  static let sites = [
    DropoutSite(.latent, of: "generator", axes: [.batch, .features], example: [8]),
    DropoutSite(
      .postAct, of: "generator.block1", axes: [.batch, .height, .width, .channels],
      example: [4, 4, 16]),
    DropoutSite(
      .postAct, of: "discriminator.block1", axes: [.batch, .time, .channels], example: [9, 16]),
    DropoutSite(.preOutput, of: "discriminator", axes: [.batch, .features], example: [16]),
  ]

  static let names = DropoutCatalogue.variants.map(\.name).joined(separator: ", ")

  static func plan(_ entries: DropoutEntry...) throws -> DropoutPlan {
    try DropoutPlan(entries, sites: sites)
  }

  static func addresses(_ globs: String...) throws -> [String] {
    try plan(DropoutEntry(type: "bernoulli", at: globs, rate: 0.3)).placements.map(\.site.address)
  }

  static func message(_ entries: DropoutEntry...) -> String {
    do {
      _ = try DropoutPlan(entries, sites: sites)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  static func entry(
    _ type: String = "bernoulli", at: String = "*",
    _ change: (inout DropoutEntry) -> Void = { _ in }
  ) -> DropoutEntry {
    var entry = DropoutEntry(type: type, at: [at], rate: 0.3)
    change(&entry)
    return entry
  }

  @Test func globsMatchWholeAddresses() throws {
    #expect(try Self.addresses("*") == Self.sites.map(\.address))
    #expect(try Self.addresses("generator.*") == ["generator.latent", "generator.block1.post_act"])
    #expect(
      try Self.addresses("*.post_act")
        == ["generator.block1.post_act", "discriminator.block1.post_act"])
    #expect(try Self.addresses("generator.block?.post_act") == ["generator.block1.post_act"])
    #expect(try Self.addresses("[a-f]*.block[!2-9].post_act") == ["discriminator.block1.post_act"])
    #expect(
      try Self.addresses("*.pre_output", "generator.latent", "*.latent")
        == ["generator.latent", "discriminator.pre_output"])
  }

  @Test func longGlobsTakeNoLongTime() {
    let glob = String(repeating: "*a", count: 2000)
    #expect(Self.message(Self.entry(at: glob)).contains("a glob that matches a site"))
  }

  @Test func globErrors() {
    #expect(
      Self.message(Self.entry(at: "generator.post_act"))
        == "dropout.0.at: expected a glob that matches a site, of which there are "
        + "generator.latent, generator.block1.post_act, discriminator.block1.post_act, "
        + "discriminator.pre_output, found generator.post_act")
    for glob in ["[abc", "[]*", "[z-a]*", "[!"] {
      #expect(
        Self.message(Self.entry(at: glob))
          == "dropout.0.at: expected a closing ] and an ascending set, found \(glob)")
    }
    #expect(
      Self.message(Self.entry(at: "generator.*"), Self.entry("gaussian", at: "*.latent"))
        == "dropout.1.at: expected sites without another entry, "
        + "found generator.latent, which dropout.0 has already")
  }

  @Test func valueErrors() {
    #expect(
      Self.message(Self.entry("bernuli"))
        == "dropout.0.type: expected one of \(Self.names), found bernuli; did you mean bernoulli?"
    )
    #expect(
      Self.message(Self.entry("zzz"))
        == "dropout.0.type: expected one of \(Self.names), found zzz")
    #expect(
      Self.message(Self.entry { $0.options = ["block_size": .number(3)] })
        == "dropout.0.block_size: expected no options for bernoulli, found block_size")
    #expect(
      Self.message(Self.entry("gaussian") { $0.scaling = .testTime })
        == "dropout.0.scaling: expected inverted for gaussian, found test_time")
    #expect(
      Self.message(Self.entry(at: "*.latent") { $0.share = [.height] })
        == "dropout.0.share: expected axes of the mask at generator.latent: batch, features, found height"
    )
  }

  @Test func spatialOnAVector() {
    #expect(
      Self.message(Self.entry("spatial", at: "*.latent"))
        == "dropout.0 at generator.latent: expected channels with height and width, or with time, "
        + "for spatial dropout, found batch, features")
  }

  @Test func scheduledRates() {
    func rates(_ schedule: DropoutSchedule) -> [Float] {
      [0, 5, 10, 20].map { schedule.rate(at: $0, of: 0.5) }
    }
    #expect(rates(.constant) == [0.5, 0.5, 0.5, 0.5])
    #expect(rates(.early(cutoff: 10)) == [0.5, 0.5, 0, 0])
    #expect(rates(.late(cutoff: 10)) == [0, 0, 0.5, 0.5])
    #expect(rates(.linear(cutoff: 10)) == [0.5, 0.25, 0, 0])
    #expect(rates(.curriculum(cutoff: 10))[0] == 0)
    #expect(abs(rates(.curriculum(cutoff: 10))[1] - 0.496_631) < 1e-6)
    #expect(abs(rates(.curriculum(cutoff: 10))[2] - 0.499_977_3) < 1e-6)
  }
}
