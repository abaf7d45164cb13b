import DataSupport
import Foundation
import Media
import Testing

@Suite struct FourierTransformTests {
  private func spectrum(_ transform: borrowing FourierTransform, _ signal: [Float]) -> [Float] {
    var spectrum = [Float](repeating: 0, count: 2 * transform.binCount)
    transform.transform(signal, to: &spectrum)
    return spectrum
  }

  @Test(arguments: [2, 6, 64, 90]) func isTheSumOfItsDefinition(count: Int) {
    let signal = noise(3, count: count)
    let found = spectrum(FourierTransform(count: count), signal)
    for bin in 0...count / 2 {
      var (real, imaginary) = (0.0, 0.0)
      for (index, value) in signal.enumerated() {
        let angle = 2 * Double.pi * Double(bin * index) / Double(count)
        real += Double(value) * cos(angle)
        imaginary -= Double(value) * sin(angle)
      }
      #expect(abs(Double(found[2 * bin]) - real) < 1e-4)
      #expect(abs(Double(found[2 * bin + 1]) - imaginary) < 1e-4)
    }
  }

  @Test func theInverseGivesTheSignalBack() {
    let transform = FourierTransform(count: 128)
    let signal = noise(4, count: 128)
    var back = [Float](repeating: 0, count: 128)
    transform.inverse(spectrum(transform, signal), to: &back)
    #expect(zip(back, signal).allSatisfy { abs($0 / 128 - $1) < 1e-6 })
  }

  @Test func powersArePaddedWithZeros() {
    let transform = FourierTransform(count: 8)
    #expect(
      transform.powers(of: [1, -1]).map { ($0 * 1e5).rounded() / 1e5 }
        == [0, 0.58579, 2, 3.41421, 4])
  }

  @Test func aHannWindowIsPeriodic() {
    #expect(hannWindow(4) == [0, 0.5, 1, 0.5])
  }
}
