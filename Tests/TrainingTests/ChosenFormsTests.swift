import CPU
import Evaluation
import Experiments
import Testing
import Training

extension TrainingSuite {
  /// The choice of forms of convolutions by trying.
  @Suite struct ChosenFormsTests {
    /// Without time, every convolution has the form that its sizes tell, and none counts as tried.
    @Test func withoutTimeSizesDecide() throws {
      try withExperiment(Settings.gan) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1, on: .processor(.winograd))
        let (tried, untried) = try session.chosenForms(seconds: 0, known: [:])
        let bySizes = try TrainingSession(experiment, data, threads: 1).convolutionForms
        #expect(tried.isEmpty && untried.count > 2)
        #expect(untried.allSatisfy { bySizes[$0] == $1 })
      }
    }

    /// With time, all are tried but those that are known, whose forms stay.
    @Test func knownFormsStay() throws {
      try withExperiment(Settings.gan) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1, on: .processor(.winograd))
        let forced = session.convolutionForms
        let one = try #require(forced.keys.sorted().first)
        let known = [one: try #require(forced[one])]
        let (tried, untried) = try session.chosenForms(seconds: 60, known: known)
        #expect(tried[one] == forced[one] && tried.count == forced.count && untried.isEmpty)
        #expect(tried.keys.allSatisfy { forced[$0] != nil })
        let other = try TrainingSession(
          experiment, data, threads: 1, on: .processor(.fastest, forms: tried))
        #expect(tried.allSatisfy { other.convolutionForms[$0] == $1 })
      }
    }
  }
}
