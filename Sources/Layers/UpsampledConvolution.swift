public import Autodiff
public import Specification

/// A convolution of stride 1 at a resolution that is raised before it: `nn.Upsample`, then `nn.Conv1d` or
/// `nn.Conv2d`, channels last.
///
/// Unlike those of a transposed convolution, all results sum over equally many terms, so that none of the
/// checkerboards of the former can come about.
///
/// Source: Odena et al. 2016, "Deconvolution and checkerboard artifacts", doi:10.23915/distill.00003.
public struct UpsampledConvolution: Layer {
  private let upsampling: Upsampling
  private let factor: Int
  private let convolution: Convolution

  /// An upsampling and the convolution after it.
  ///
  /// - Parameters:
  ///   - upsampling: Nearest or bilinear.
  ///   - factor: New places for each along every spatial axis.
  public init(_ upsampling: Upsampling, factor: Int, _ convolution: Convolution) {
    precondition(upsampling != .transposed, "transposed convolutions are layers of their own")
    self.upsampling = upsampling
    self.factor = factor
    self.convolution = convolution
  }

  /// The layer's address in the model.
  public var address: String { convolution.address }
  /// The arrays of the convolution inside.
  public var parameters: [Parameter] { convolution.parameters }

  /// Maps x of shape [N, spatial…, inputs] to [N, factor·spatial…, outputs].
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    try convolution.output(of: upsampling(x, factor: factor), in: forward)
  }
}

extension Upsampling {
  /// Raises the resolution of x, [N, T, C] or [N, H, W, C], `factor` times along each spatial axis.
  public func callAsFunction(_ x: Tensor, factor: Int) throws -> Tensor {
    switch self {
    case .nearest: try upsampledNearest(x, factor: factor)
    case .bilinear: try upsampledLinear(x, factor: factor)
    case .transposed: preconditionFailure("a transposed convolution is no upsampling by itself")
    }
  }
}
