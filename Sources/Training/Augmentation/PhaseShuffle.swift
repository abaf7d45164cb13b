internal import Glossary
internal import Specification
internal import Experiments
internal import Complaints
internal import Autodiff
internal import Layers
internal import Models
internal import Records

/// Shifts the activations of each example by −n…n places in time, each with the same probability, after
/// every block but the last; what is missing at an end is filled by reflection. A VAE is to reconstruct the
/// original sound.
///
/// Source: Donahue et al. 2019, arXiv:1802.04208, §3.3 and figure 3; there a batch shares its shifts.
struct PhaseShuffle: ActivationAugmentation {
  let name = "phase_shuffle"
  let meaning = Meaning(
    "Shifts activations of the discriminator in time", .donahue2019)
  let radius: Int

  func sites(of network: Network, backbone: Backbone) throws -> [DropoutSite] {
    let key = "data.augment.phase_shuffle"
    guard backbone.isConvolutional else {
      throw ModelError(key, expected: "none with backbone \(backbone)", found: "one")
    }
    let inTime = network.sites.filter { $0.axes.contains(.time) }
    let pooled = inTime.filter { $0.place == .postPool }
    let ends = pooled.isEmpty ? inTime.filter { $0.place == .postAct } : pooled
    let sites = Array(ends.dropLast())
    guard let shortest = sites.map({ $0.example[0] }).min() else {
      throw ModelError(key, expected: "a \(network.role.rawValue) of two blocks", found: "one")
    }
    guard radius < shortest else {
      throw ModelError(
        key + ".radius", expected: "less than the \(shortest) places after the last block but one",
        found: "\(radius)")
    }
    return sites
  }

  func apply(to x: Tensor, at index: Int, of count: Int, _ draw: AugmentationDraw) throws -> Tensor
  {
    let shifts = 2 * radius + 1
    let length = x.shape[1]
    let place = try draw.uniform("shift\(index)", like: x)
    let padded = try reflected(x)
    func shifted(_ start: Int) throws -> Tensor {
      try padded.slice(axis: 1, start..<start + length)
    }
    return try (0..<shifts - 1).reversed().reduce(shifted(shifts - 1)) { later, start in
      try place.less(than: Float(start + 1) / Float(shifts)).select(shifted(start), later)
    }
  }

  /// Extends x to [N, T + 2n, C] by mirroring the first and last n places, without repeating the ends. With
  /// n = 2, 1 2 3 4 becomes 3 2 1 2 3 4 3 2.
  private func reflected(_ x: Tensor) throws -> Tensor {
    let last = x.shape[1] - 1
    let before = try (1...radius).reversed().map { try x.slice(axis: 1, $0..<$0 + 1) }
    let after = try (1...radius).map { try x.slice(axis: 1, last - $0..<last - $0 + 1) }
    return try Tensor.concatenate(before + [x] + after, axis: 1)
  }
}
