internal import Autodiff
internal import Complaints

extension NetworkFile {
  /// The options of one layer; unknown ones and missing ones are refused.
  struct Options {
    let name: String
    private let values: [String: LayerOption]
    private let file: NetworkFile
    private let key: String

    init(_ values: [String: LayerOption], of file: NetworkFile, _ key: String) throws {
      let names = NetworkFile.layers.keys.sorted()
      guard let name = values["layer"]?.text, let known = NetworkFile.layers[name] else {
        let found = values["layer"].map { "\($0)" } ?? "none"
        throw InputError(
          SourcePlace(file: file.path), key: key + ".layer",
          expected: "one of \(names.joined(separator: ", "))", found: found,
          suggestion: nearestName(to: found, among: names))
      }
      let valid = ["layer"] + known.needed + known.optional
      if let unknown = values.keys.sorted().first(where: { !valid.contains($0) }) {
        throw InputError(
          SourcePlace(file: file.path), unknownKey: "\(key).\(unknown)", valid: valid)
      }
      if let missing = known.needed.first(where: { values[$0] == nil }) {
        throw InputError(
          SourcePlace(file: file.path), key: key, expected: "\(missing) of \(name)", found: "none")
      }
      (self.name, self.values, self.file, self.key) = (name, values, file, key)
    }

    func has(_ option: String) -> Bool { values[option] != nil }

    func integer(_ option: String, _ usual: Int, atLeast least: Int = 1) throws -> Int {
      guard let value = values[option] else { return usual }
      guard let number = value.integer, number >= least, number < 1 << 20 else {
        throw InputError(
          SourcePlace(file: file.path), key: "\(key).\(option)",
          expected: "an integer of at least \(least)", found: "\(value)")
      }
      return number
    }

    func number(_ option: String, _ usual: Double) throws -> Double {
      guard let value = values[option] else { return usual }
      guard let number = value.number, number.isFinite else {
        throw InputError(
          SourcePlace(file: file.path), key: "\(key).\(option)", expected: "a number",
          found: "\(value)")
      }
      return number
    }

    /// The array of the network that an option names, as a variable in the graph of `x`.
    func tensor(_ option: String, _ x: Tensor, rank: ClosedRange<Int>) throws -> Tensor {
      let name = values[option]?.text ?? ""
      guard let shape = file.shapes[name], rank.contains(shape.count) else {
        throw InputError(
          SourcePlace(file: file.path), key: "\(key).\(option)",
          expected: "the name of a tensor of rank \(rank.lowerBound)",
          found: file.shapes[name].map { "\(name) of shape \($0)" }
            ?? "\(name), which is not there",
          suggestion: nearestName(to: name, among: file.shapes.keys.sorted()))
      }
      return try x.graph.variable(name, shape: shape)
    }

    func biased(_ y: Tensor) throws -> Tensor {
      has("bias") ? try y + tensor("bias", y, rank: 1...1) : y
    }
  }
}
