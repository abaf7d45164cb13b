internal import CPU
internal import Records

/// The output of `lethe bench --forms`: the time of a step's convolutions in each of their forms.
struct FormFigures: Encodable {
  let experiment: String
  let threads: Int
  let convolutions: [ConvolutionTimes]
  let madeBy: Provenance

  private enum CodingKeys: String, CodingKey {
    case experiment, threads, convolutions
    case madeBy = "made_by"
  }

  /// A row a convolution, then the sums over a step.
  var text: String {
    guard !convolutions.isEmpty else {
      return "\(experiment): no convolution has a form but the direct one\n"
    }
    let rows = convolutions.map { times in
      ["\(times.uses)", times.name]
        + [times.forms[0], times.chosen, times.fastest].map {
          "\($0.milliseconds.formatted(3)) ms \($0.name)"
        }
    }
    func sum(_ form: (ConvolutionTimes) -> ConvolutionTimes.Form) -> String {
      let sum = convolutions.reduce(0) { $0 + Double($1.uses) * form($1).milliseconds }
      return "\(sum.formatted(3)) ms"
    }
    let all = ["", "all of a step", sum { $0.forms[0] }, sum(\.chosen), sum(\.fastest)]
    return table(["uses", "convolution", "direct", "by the sizes", "fastest here"], rows + [all])
  }
}
