internal import Glossary
internal import Specification
internal import Experiments
internal import Complaints
internal import Autodiff
internal import Layers
internal import Models
internal import Records

/// Mixes hidden states of each example with those of the next one of its batch: λh + (1 − λ)h′,
/// λ ~ Beta(α, α) for each example. Where `at` names several sites, each pass takes one of them at random. A VAE is to
/// reconstruct the examples mixed in the same shares, as labels are mixed.
///
/// Source: Verma et al. 2019, arXiv:1806.05236, §2.
struct ManifoldMixup: ActivationAugmentation {
  let name = "manifold_mixup"
  let meaning = Meaning(
    "Mixes activations of pairs of examples", .verma2019)
  let smallestBatch = 2
  let settings: Experiment.Data.Augment.ManifoldMixup

  func sites(of network: Network, backbone: Backbone) throws -> [DropoutSite] {
    let key = "data.augment.manifold_mixup.at"
    let places = network.sites.filter { $0.kind == .activation }
    var chosen = Set<String>()
    for pattern in settings.at {
      let hits = try places.matching(pattern, key).map(\.address)
      guard !hits.isEmpty else {
        throw ModelError(
          key,
          expected: "a glob of sites of activations in the \(network.role.rawValue), which are "
            + places.map(\.address).joined(separator: ", "), found: pattern)
      }
      chosen.formUnion(hits)
    }
    return places.filter { chosen.contains($0.address) }
  }

  func apply(to x: Tensor, at index: Int, of count: Int, _ draw: AugmentationDraw) throws -> Tensor
  {
    let share = try draw.shares(settings.alpha, like: x)
    guard count > 1 else { return try x.mixed(share) }
    // A random place in 0…count chooses the site of this pass: site 1 for places in 1…2.
    let place = try draw.uniform("site", shape: []) * Float(count)
    let number = x.graph.constant(Float(index))
    let isTaken = try number.lessOrEqual(place) * place.less(than: Float(index + 1))
    return try x.mixed(isTaken.select(share, 1))
  }

  func labels(_ labels: Tensor, of x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    try target(labels, draw)
  }

  func target(_ x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    try x.mixed(draw.shares(settings.alpha, like: x))
  }
}
