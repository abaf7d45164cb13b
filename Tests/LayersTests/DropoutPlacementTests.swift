import Specification
import Layers
import Testing

/// Every variant at every kind of site, and the errors of settings that do not fit.
@Suite struct DropoutPlacementTests {
  static let sites = [
    DropoutSite(.postAct, of: "net.vector", axes: [.batch, .features], example: [8]),
    DropoutSite(
      .postAct, of: "net.image", axes: [.batch, .height, .width, .channels], example: [4, 4, 6]),
    DropoutSite(.postAct, of: "net.sound", axes: [.batch, .time, .channels], example: [9, 6]),
    DropoutSite(.postAct, of: "net.sequence", axes: [.batch, .time, .features], example: [9, 6]),
    DropoutSite(
      .residualBranch, of: "net.branch", axes: [.batch, .height, .width, .channels],
      example: [4, 4, 6],
      kind: .residualBranch(depth: 1, count: 2)),
    DropoutSite(
      .postPool, of: "net.pool", axes: [.batch, .height, .width, .channels], example: [4, 4, 6],
      kind: .pooling(size: 2)),
    DropoutSite(
      .attention, of: "net", axes: [.batch, .queries, .keys], example: [9, 9], kind: .attention),
    DropoutSite(
      .weights, of: "net", axes: [.batch, .outputs, .inputs], example: [6, 8],
      kind: .weights(rowsPerExample: 1)),
    DropoutSite(
      .recurrent, of: "net", axes: [.batch, .time, .features], example: [9, 6],
      kind: .recurrent(gates: 3)),
    DropoutSite(
      .feedback, of: "net", axes: [.batch, .features], example: [3], kind: .discriminators),
  ]

  static let activations = [
    "net.vector.post_act", "net.image.post_act", "net.sound.post_act", "net.sequence.post_act",
    "net.branch.residual_branch", "net.pool.post_pool", "net.attention",
  ]
  static let maps = [
    "net.image.post_act", "net.sound.post_act", "net.branch.residual_branch", "net.pool.post_pool",
  ]

  /// Where variants go. One that is not in the list says where in a test of its own.
  static let listed: [String: [String]] = {
    let recurrent = ["variational_rnn", "stepwise_rnn", "recurrent", "zoneout", "weight_drop"]
    let everywhere = [
      "bernoulli", "gaussian", "uniform", "alpha", "standout", "concrete", "variational_gaussian",
      "information",
    ]
    let rows: [([String], [String])] = [
      (everywhere, activations), (["spatial", "dropblock", "weighted_channel"], maps),
      (["drop_path"], ["net.branch.residual_branch"]),
      (["dropconnect", "targeted"], ["net.weights"]), (["drop_key"], ["net.attention"]),
      (recurrent, ["net.recurrent"]), (["max_pool", "stochastic_pool"], ["net.pool.post_pool"]),
      (["example_tied"], activations.filter { $0 != "net.attention" }),
    ]
    return Dictionary(
      uniqueKeysWithValues: rows.flatMap { names, places in names.map { ($0, places) } })
  }()

  /// Where a variant goes: by the list, or else all that takes it.
  static func places(_ type: String) -> [String] {
    listed[type]
      ?? sites.map(\.address).filter {
        message(DropoutEntry(type: type, at: [$0], rate: 0.3)) == nil
      }
  }

  static func message(_ entry: DropoutEntry) -> String? {
    do {
      _ = try DropoutPlan([entry], sites: sites)
      return nil
    } catch {
      return "\(error)"
    }
  }

  static let types = DropoutCatalogue.variants.map(\.name).filter { $0 != "feedback" }

  @Test(arguments: listed.keys.sorted()) func goesWhereItCan(_ type: String) {
    for site in Self.sites {
      let message = Self.message(DropoutEntry(type: type, at: [site.address], rate: 0.3))
      if Self.places(type).contains(site.address) {
        #expect(message == nil)
      } else if Self.activations.contains(site.address), Self.places(type) == Self.maps {
        #expect(
          message == "dropout.0 at \(site.address): expected channels with height and width, or "
            + "with time, for \(type) dropout, found "
            + site.axes.map(\.rawValue).joined(separator: ", "))
      } else {
        let places = Self.places(type) == Self.maps ? Self.activations : Self.places(type)
        let what =
          switch site.kind {
          case .activation: "activations"
          case .residualBranch: "a residual branch"
          case .pooling: "a pooling"
          case .weights: "weights"
          case .recurrent: "a recurrent network"
          case .attention: "weights of attention"
          case .discriminators: "discriminators"
          }
        #expect(
          message == "dropout.0.at: expected a site where \(type) can go, such as "
            + places.joined(separator: ", ") + ", found \(site.address), which is for \(what)")
      }
    }
  }

  /// A glob that matches everything takes the sites that fit.
  @Test(arguments: types) func everythingThatFits(_ type: String) throws {
    let variant = try #require(DropoutCatalogue.variants.first { $0.name == type })
    let sites = Self.sites.filter {
      Self.places(type).contains($0.address) || !variant.fits($0.kind)
    }
    let plan = try DropoutPlan(
      [DropoutEntry(type: type, at: ["*"], rate: 0.3)], sites: sites)
    #expect(plan.placements.map(\.site.address) == Self.places(type))
  }

  @Test(arguments: types) func scalings(_ type: String) throws {
    let variant = try #require(DropoutCatalogue.variants.first { $0.name == type })
    for scaling in DropoutScaling.allCases {
      let message = Self.message(
        DropoutEntry(type: type, at: [Self.places(type)[0]], rate: 0.3, scaling: scaling))
      let expected =
        "dropout.0.scaling: expected "
        + variant.scalings.map(\.rawValue).joined(separator: " or ")
        + " for \(type), found \(scaling.rawValue)"
      #expect(message == (variant.scalings.contains(scaling) ? nil : expected))
    }
    #expect(Set(variant.scalings).count == variant.scalings.count && !variant.scalings.isEmpty)
  }

  /// Bounds of every option are checked, and unknown options are named.
  @Test(arguments: types) func options(_ type: String) throws {
    let variant = try #require(DropoutCatalogue.variants.first { $0.name == type })
    func message(_ name: String, _ value: DropoutOptionValue) -> String? {
      Self.message(
        DropoutEntry(type: type, at: [Self.places(type)[0]], rate: 0.3, options: [name: value]))
    }
    let known = variant.options.map(\.name)
    #expect(
      message("zzzzzz", .number(1)) == "dropout.0.zzzzzz: expected "
        + (known.isEmpty ? "no options" : known.joined(separator: ", "))
        + " for \(type), found zzzzzz")
    for option in variant.options {
      #expect(message(option.name, .number(option.standard)) == nil)
      for value in [option.range.upperBound + 1, option.range.lowerBound - 1, .nan] {
        #expect(message(option.name, .number(value)) != nil)
      }
      #expect(message(option.name, .text("much")) != nil)
    }
  }

  /// A mask can be shared only along axes over which it varies.
  @Test(arguments: listed.keys.sorted()) func sharing(_ type: String) throws {
    let site = try #require(Self.sites.first { $0.address == Self.places(type)[0] })
    let own: [Axis] =
      switch type {
      case "spatial", "dropblock", "weighted_channel": [.batch, .channels]
      case "drop_path": [.batch]
      case "example_tied": [.features]
      case "dropconnect": [.batch, .outputs, .inputs]
      case "targeted": [.outputs, .inputs]
      case "variational_rnn": [.batch, .features]
      case "weight_drop", "max_pool": []
      default: site.axes
      }
    for axis in Axis.allCases {
      let message = Self.message(
        DropoutEntry(type: type, at: [site.address], rate: 0.3, share: [axis]))
      #expect((message == nil) == own.contains(axis), "\(axis): \(message ?? "")")
    }
  }
}
