internal import Autodiff
internal import Specification

/// Masks of what the gates of a recurrent cell see, with 1 where to keep.
struct GateMasks {
  /// A mask of the inputs [N, F] of a step, or [T, N, F] of all steps from step `first` on.
  let input: (_ x: Tensor, _ first: Int) throws -> Tensor
  /// A mask of the state [N, H] at a step.
  let state: (_ step: Int) throws -> Tensor

  /// Hooks that zero inputs and elements of the state. Without masks, in passes that do not drop, they multiply both by
  /// q under `test_time` scaling.
  static func hooks(_ draw: DropoutDraw, _ masks: GateMasks?) -> RecurrentHooks {
    var hooks = RecurrentHooks()
    if let masks {
      hooks.input = { try masks.input($0, $1).select(draw.rescaled($0), 0) }
      hooks.state = { try masks.state($1).select(draw.rescaled($0), 0) }
    } else if draw.scaling == .testTime {
      hooks.input = { x, _ in try x * (1 - draw.rate) }
      hooks.state = { value, _ in try value * (1 - draw.rate) }
    }
    return hooks
  }
}

extension DropoutDraw {
  /// The mask of a recurrent layer's inputs at a step, [N, F]; [N, 1] when the entry shares its mask along features. As
  /// `keepMask(atStep:_:)` in all else.
  func keepMask(ofInputs count: Int, atStep step: Int) throws -> Tensor {
    let isShared = maskShape[2] < site.example[1]
    return try keepMask(atStep: step, "input", shape: [maskShape[0], isShared ? 1 : count])
  }
}
