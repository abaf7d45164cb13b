internal import Execution
internal import Foundation
internal import Layers
internal import Models
internal import Records

/// A training's whole state as a safetensors file: parameters in PyTorch's axis order, moments and
/// averages; the resolved experiment, the seed, the step and the data cursor as metadata. Random
/// numbers are functions of seed and step, so nothing else is needed to go on exactly.
struct Checkpoint {
  static let format = "lethe checkpoint 1"

  let experiment: Experiment
  let seed: Int
  let step: Int
  /// Names of the classes of a detector or classifier; names of folders have no slash.
  let classes: [String]
  private let url: URL

  /// Writes the file whole or not at all.
  static func write(
    to url: URL, _ experiment: Experiment, seed: Int, step: Int,
    cursor: (epoch: Int, position: Int),
    _ variables: VariableStore, shapes: [String: [Int]], classes: [String]
  ) throws {
    let tensors = variables.names.sorted(by: order).map { name -> Safetensors.Tensor in
      let values = UnsafeBufferPointer(
        variables[name] ?? UnsafeMutableBufferPointer(start: nil, count: 0))
      return Safetensors.Tensor(
        name: name, shape: shapes[parameterName(name)] ?? [values.count], values: values)
    }
    try Safetensors.write(
      to: url, tensors: tensors,
      metadata: [
        "format": format, "experiment": experiment.resolvedYAML(), "seed": "\(seed)",
        "step": "\(step)", "epoch": "\(cursor.epoch)", "batch_in_epoch": "\(cursor.position)",
        "lethe": Version.current,
      ].merging(classes.isEmpty ? [:] : ["classes": classes.joined(separator: "/")]) { a, _ in a })
  }

  /// Reads what is needed to rebuild the model.
  ///
  /// - Throws: `InputError` for a file that is damaged or something else.
  init(_ url: URL) throws {
    self.url = url
    let file = try SafetensorsFile(url)
    let place = SourcePlace(file: url.path)
    guard file.metadata["format"] == Self.format, let text = file.metadata["experiment"],
      let seed = file.metadata["seed"].flatMap({ Int($0) }),
      let step = file.metadata["step"].flatMap({ Int($0) })
    else {
      throw InputError(
        place, expected: "a checkpoint of lethe (metadata format: \(Self.format))",
        found: file.metadata["format"] ?? "a safetensors file without it")
    }
    experiment = try Experiment.parse(text, file: url.path)
    self.seed = seed
    self.step = step
    classes = file.metadata["classes"]?.split(separator: "/").map(String.init) ?? []
  }

  /// Fills variables from the file; each is declared by now.
  ///
  /// - Throws: `InputError` naming the first tensor that is missing or has another shape.
  func restore(_ names: [String], into variables: VariableStore, shapes: [String: [Int]]) throws {
    let file = try SafetensorsFile(url)
    for name in names {
      guard let values = variables[name] else { continue }
      let expected = shapes[Self.parameterName(name)] ?? [values.count]
      guard let found = file.shape(of: name), found == expected else {
        throw InputError(
          SourcePlace(file: url.path), key: name,
          expected: "a tensor of shape \(expected) as the experiment's model has",
          found: file.shape(of: name).map { "\($0)" } ?? "none")
      }
      try file.read(name, into: values)
    }
  }

  /// The parameter that a moment or average belongs to.
  private static func parameterName(_ name: String) -> String {
    let parts = name.split(separator: "/")
    return parts.count > 1 ? String(parts[1]) : name
  }

  /// Parameters first.
  private static func order(_ a: String, _ b: String) -> Bool {
    (a.contains("/") ? 1 : 0, a) < (b.contains("/") ? 1 : 0, b)
  }
}

/// The version this build reports.
public enum Version {
  /// Semantic version of the program.
  public static let current = "0.1.0"
}
