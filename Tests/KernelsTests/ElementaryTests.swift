internal import Foundation
internal import Kernels
import Testing

@Suite struct ElementaryTests {
  /// Tests every 997th bit pattern, which covers all exponents, denormals and NaN payloads; with
  /// `LETHE_EXHAUSTIVE` set, all 2^32. A block of 1021 floats leaves a tail for any vector width.
  @Test(arguments: ElementaryFunction.all)
  func isWithinFourUlpOverAllFloats(function: ElementaryFunction) {
    let exhaustive = ProcessInfo.processInfo.environment["LETHE_EXHAUSTIVE"] != nil
    let stride: UInt64 = exhaustive ? 1 : 997
    var worst = Worst()
    var pattern: UInt64 = 0
    while pattern < 1 << 32 {
      worst.include(
        function,
        (0..<1021).map { Float(bitPattern: UInt32(truncatingIfNeeded: pattern + $0 * stride)) })
      pattern += 1021 * stride
    }
    print("\(function): worst error \(worst.ulp) ULP at \(worst.input)")
    #expect(worst.ulp <= 4, "\(function)(\(worst.input))")
  }

  @Test(arguments: ElementaryFunction.all)
  func isWithinFourUlpNearLandmarks(function: ElementaryFunction) {
    var worst = Worst()
    worst.include(function, Self.landmarks.flatMap(Self.neighbours))
    #expect(worst.ulp <= 4, "\(function)(\(worst.input))")
  }

  /// Tests floats nearest to multiples of π/2, where a range reduction with too few bits fails first. The
  /// last is the closest of all, 2^−29 away.
  ///
  /// Source: J.-M. Muller, Elementary Functions, 3rd ed. 2016, chapter on range reduction.
  @Test(arguments: [ElementaryFunction.sine, .cosine])
  func reducesLargeArguments(function: ElementaryFunction) {
    let small = (1...20_000).map { Float(Double($0) * .pi / 2) }
    let large = (21...127).flatMap { (exponent: Int) -> [Float] in
      let quarterTurn = Double.pi / 2 * exp2(Double(exponent - 21))
      return (0..<64).map { Float(Double(1 << 20 + $0) * quarterTurn) }
    }
    var worst = Worst()
    worst.include(function, (small + large + [16_367_173 * 0x1p72]).flatMap(Self.neighbours))
    #expect(worst.ulp <= 4, "\(function)(\(worst.input))")
  }

  @Test func specialValuesAreExact() {
    let infinity = Float.infinity
    let cases: [(ElementaryFunction, Float, Float)] = [
      (.exponential, 0, 1), (.exponential, infinity, infinity), (.exponential, -infinity, 0),
      (.exponential, 88.73, infinity), (.exponential, -104, 0),
      (.logarithm, 1, 0), (.logarithm, 0, -infinity), (.logarithm, -0.0, -infinity),
      (.logarithm, infinity, infinity), (.logarithm, -1, .nan), (.logarithm, -infinity, .nan),
      (.logarithm, -.leastNonzeroMagnitude, .nan),
      (.tangent, -0.0, -0.0), (.tangent, infinity, 1), (.tangent, -infinity, -1),
      (.sigmoid, 0, 0.5), (.sigmoid, infinity, 1), (.sigmoid, -infinity, 0),
      (.softplus, infinity, infinity), (.softplus, -infinity, 0),
      (.root, -0.0, -0.0), (.root, infinity, infinity), (.root, -1, .nan), (.root, -infinity, .nan),
      (.sine, -0.0, -0.0), (.sine, infinity, .nan), (.sine, -infinity, .nan),
      (.cosine, -0.0, 1), (.cosine, infinity, .nan), (.cosine, -infinity, .nan),
    ]
    for (function, input, expected) in cases {
      let result = function([input])[0]
      #expect(
        expected.isNaN ? result.isNaN : result.bitPattern == expected.bitPattern,
        "\(function)(\(input)) is \(result), expected \(expected)")
    }
  }

  @Test(arguments: ElementaryFunction.all)
  func nanStaysNan(function: ElementaryFunction) {
    let patterns: [UInt32] = [
      0x7f80_0001, 0x7fbf_ffff, 0x7fc0_0000, 0x7fff_ffff, 0xff80_0001, 0xffc0_1234, 0xffff_ffff,
    ]
    let inputs = (0..<64).map { Float(bitPattern: patterns[$0 % patterns.count]) }
    #expect(function(inputs).allSatisfy { $0.isNaN })
  }

  /// A value does not depend on its position: the vector body and the tail of a loop give the same.
  @Test(arguments: ElementaryFunction.all)
  func valueDoesNotDependOnPosition(function: ElementaryFunction) {
    let inputs = (0..<203).map { Float($0) * 0.37 - 30 }
    let together = function(inputs)
    for (input, expected) in zip(inputs, together) {
      let alone = function([input])[0]
      #expect(alone.bitPattern == expected.bitPattern || alone.isNaN && expected.isNaN)
    }
  }

  @Test(arguments: ElementaryFunction.all, [Int64.min, -1, 0, 5])
  func writesOnlyWhatIsAskedFor(function: ElementaryFunction, count: Int64) {
    let inputs = [Float](repeating: 2, count: 40)
    var outputs = [Float](repeating: -7, count: 40)
    function.arrayForm(&outputs, inputs, count)
    #expect(outputs[max(0, Int(clamping: count))...].allSatisfy { $0 == -7 })
    #expect(outputs[..<max(0, Int(clamping: count))].allSatisfy { $0 != -7 })
  }
}

extension ElementaryTests {
  struct Worst {
    var ulp = 0.0
    var input: Float = 0

    mutating func include(_ function: ElementaryFunction, _ inputs: [Float]) {
      for (input, result) in zip(inputs, function(inputs)) {
        let error = ulpError(result, function.reference(Double(input)))
        if error > ulp { (ulp, self.input) = (error, input) }
      }
    }
  }

  /// Ends of the float format, of the range reductions, and of the ranges where results overflow or vanish.
  static let landmarks: [Float] = [
    0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .infinity,
    0.41421357, 0.5, 0.70710677, 1, 1.4142135, 2, 4, 0.34657359, 1.0397208, .pi / 4, .pi / 2, .pi,
    8.6643, 9.0109, 10, 16.635532, 17.32868, 87.33655, 88.02969, 88.72284, 89, 102.9721, 103.27893,
    103.97208, 104, 150, 0x1p23, 0x1p24, 0x1p25, 0x1p31, 0x1p32, 0x1p63, 0x1p64,
  ]

  /// The 101 floats around `x`, and their negatives.
  static func neighbours(of x: Float) -> [Float] {
    (-50...50).map { Float(bitPattern: UInt32(truncatingIfNeeded: Int64(x.bitPattern) + $0)) }
      .flatMap { [$0, -$0] }
  }
}
