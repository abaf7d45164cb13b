internal import Complaints
internal import Foundation

extension Experiment {
  /// Reads an experiment from its document after putting overrides into it. Keys that the file may have, and that
  /// an override leaves without effect, are left out.
  init(_ tree: YAMLNode, overrides: [String], file: String, folder: String) throws {
    let changed = try overrides.reduce(tree) { try Self.apply($1, to: $0) }
    do {
      self = try Experiment(changed, file: file, folder: folder)
    } catch let error as InputError {
      guard !overrides.isEmpty, (try? Experiment(tree, file: file, folder: folder)) != nil else {
        throw error
      }
      let omissions = Omissions()
      _ = try Experiment(changed, file: file, folder: folder, omissions: omissions)
      self = try Experiment(
        omissions.removed(from: changed), file: file, folder: folder, notes: omissions.notes)
    }
    try checkArms()
  }

  private static func apply(_ override: String, to tree: YAMLNode) throws -> YAMLNode {
    let place = SourcePlace(file: "--set \(override)")
    let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw InputError(place, "expected KEY=VALUE, such as train.steps=100")
    }
    guard let value = try YAMLNode.parse(String(parts[1]), at: place, hasLines: false) else {
      throw InputError(place, "expected a value after the =")
    }
    return try tree.setting(
      parts[0].trimmingCharacters(in: .whitespaces), to: value, at: place)
  }

  /// Reads every value of an ablation's grid and every baseline in its place, so that what is wrong
  /// with one shows before anything is trained.
  private func checkArms() throws {
    let axes = tree.entries(of: ["ablation", "grid"]).map { ($0, values: $0.value.items) }
    let firsts = axes.compactMap { axis, values in values.first.map { (axis, $0) } }
    for (index, axis) in axes.enumerated() {
      for value in axis.values {
        var settings = firsts
        settings[index].1 = value
        try checkArm(settings)
      }
    }
    for baseline in tree.entries(of: ["ablation", "baselines"]) {
      try checkArm(baseline.value.entries(of: []).map { ($0, $0.value) })
    }
  }

  private func checkArm(_ settings: [(YAMLNode.Entry, value: YAMLNode)]) throws {
    let none = YAMLNode(content: .scalar("null", isQuoted: false), place: tree.place)
    let single = try tree.setting("ablation", to: none, at: tree.place)
    let arm = try settings.reduce(single) { arm, setting in
      try arm.setting(setting.0.key, to: setting.value, at: setting.value.place)
    }
    do {
      _ = try Experiment(arm, file: file, folder: folder)
    } catch let error as InputError {
      // The arm may leave other keys of the file without effect, but must itself have one.
      let overrides = settings.map { "\($0.0.key)=\($0.value.value.flowText)" }
      guard (try? overriding(["ablation=null"] + overrides)) != nil else { throw error }
    }
  }
}

extension YAMLNode {
  /// The entries of a mapping within mappings; empty if there is none.
  fileprivate func entries(of path: [String]) -> [Entry] {
    guard case .mapping(let entries) = content else { return [] }
    guard let name = path.first else { return entries }
    return entries.first { $0.key == name }?.value.entries(of: Array(path.dropFirst())) ?? []
  }
}
