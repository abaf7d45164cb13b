import Metrics
import Testing

@Suite struct RandomSetsTests {
  @Test func goldenDataIsThatOfTheContract() throws {
    let sets = try ReferenceSets("golden").spec.make()
    let training = try #require(sets["training"])
    let holdout = try #require(sets["holdout"])
    let generated = try #require(sets["generated"])
    #expect([training.count, holdout.count, generated.count] == [64, 48, 56])
    #expect(training.values.first == 0.1331231503445618)
    #expect(training.values.last == -0.7455063333871896)
    #expect(holdout.values.first == 0.18237946839615882)
    #expect(generated.values.first == 0.13243770852201153)
    #expect(generated.values.last == 0.7775037099543768)
  }

  @Test(arguments: ReferenceSets.names) func setsAreThoseOfPython(_ name: String) throws {
    let reference = try ReferenceSets(name)
    #expect(reference.spec.make().mapValues(SetChecks.init) == reference.checks)
  }

  @Test(arguments: KnownCase.names) func knownCasesAreThoseOfPython(_ name: String) throws {
    let known = try KnownCase(name)
    #expect(known.spec.make().mapValues(SetChecks.init) == known.checks)
  }
}
