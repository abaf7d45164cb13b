internal import Foundation
internal import Kernels

/// Random numbers for code outside graphs, as arrays, from the same named Philox streams as in graphs.
///
/// A number is a function of (seed, stream name, step, index) and of nothing else.
public struct RandomStream: Sendable {
  private let seed: UInt64
  private let identifier: UInt32
  private let name: String

  /// The stream `name` under a run's seed.
  public init(_ name: String, seed: UInt64) {
    self.seed = seed
    self.name = name
    identifier = lethe_stream_id(name, Int64(name.utf8.count))
  }

  /// Words of 32 random bits.
  public func bits(_ count: Int, step: UInt64 = 0) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: count) { buffer, filled in
      lethe_philox_bits(buffer.baseAddress, 0, Int64(count), seed, identifier, step)
      filled = count
    }
  }

  /// Uniform numbers in (0, 1).
  public func uniform(_ count: Int, step: UInt64 = 0) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      lethe_philox_uniform(buffer.baseAddress, 0, Int64(count), seed, identifier, step)
      filled = count
    }
  }

  /// Standard normal numbers by the Box–Muller transform.
  public func normal(_ count: Int, step: UInt64 = 0) -> [Float] {
    let radii = RandomStream(name + "/radius", seed: seed).uniform(count, step: step)
    let angles = RandomStream(name + "/angle", seed: seed).uniform(count, step: step)
    return zip(radii, angles).map { radius, angle in
      Float((-2 * log(Double(radius))).squareRoot() * cos(2 * Double.pi * Double(angle)))
    }
  }

  /// The numbers 0..<count in random order.
  public func permutation(_ count: Int, step: UInt64 = 0) -> [Int] {
    let keys = bits(count, step: step)
    return (0..<count).sorted { (keys[$0], $0) < (keys[$1], $1) }
  }
}
