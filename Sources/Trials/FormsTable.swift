internal import Complaints
public import CPU
public import Datasets
public import Experiments
public import Files
internal import Foundation
public import Records
internal import Training

/// Makes the table of the forms in which all trials of a results folder compute their convolutions, before the first of
/// them begins.
///
/// Forms that are measured are kept in the cache folder too, for one processor, instruction set, number of threads and
/// version of everything, so that later runs take the same.
public struct FormsTable {
  /// The longest time to try forms for, in seconds, in which training would have made steps.
  private static let seconds = 0.5

  private let choice: ConvolutionChoice
  private let threads: Int
  private let cache: CacheFolder
  private let madeBy: Provenance
  private var left = Self.seconds
  /// Names of forms by the descriptions of convolutions.
  public private(set) var forms: [String: String] = [:]

  /// Begins a table.
  ///
  /// - Parameters:
  ///   - threads: Threads of a training step.
  ///   - cache: The folder of forms that were measured before.
  ///   - commit: Commit that the program was built from; nil when that is not known.
  public init(
    _ choice: ConvolutionChoice, threads: Int, cache: CacheFolder = .standard, commit: String? = nil
  ) {
    (self.choice, self.threads, self.cache) = (choice, threads, cache)
    madeBy = .current(threads: threads, commit: commit)
  }

  /// Adds the forms of the convolutions of a training step.
  ///
  /// - Throws: As `TrainingSession.init`.
  public mutating func add(_ experiment: Experiment, _ data: Dataset) throws {
    guard choice == .measured else {
      let session = try TrainingSession(experiment, data, threads: threads, on: .processor(choice))
      return forms.merge(session.convolutionForms) { old, _ in old }
    }
    let cached = ((try? FormsDocument.read(from: cacheFile)) ?? nil)?.forms ?? [:]
    let known = cached.merging(forms) { $1 }
    // A program of Winograd's forms has every convolution as the layers ask for it.
    let session = try TrainingSession(
      experiment, data, threads: threads, on: .processor(.winograd))
    let start = ContinuousClock.now
    let (tried, untried) = try session.chosenForms(seconds: left, known: known)
    left = max(0, left - (ContinuousClock.now - start) / .seconds(1))
    let new = tried.filter { known[$0.key] == nil }
    if !new.isEmpty { keep(cached.merging(new) { $1 }) }
    let names = session.convolutionForms.keys
    for chosen in [tried.filter { names.contains($0.key) }, untried] {
      forms.merge(chosen) { old, _ in old }
    }
  }

  /// Writes the table for the trials of a folder.
  ///
  /// - Throws: `FileError`.
  public func write(to results: ResultsFolder) throws {
    try results.create()
    try FormsDocument(choice: choice.rawValue, forms: forms, madeBy: madeBy)
      .write(to: results.forms)
  }

  /// Goes on with the table of a folder.
  ///
  /// - Parameter hasBegun: True where trials have begun, so that their forms cannot be chosen any more.
  /// - Throws: `InputError` where the folder's trials have forms that were chosen in another way.
  public mutating func read(from results: ResultsFolder, hasBegun: Bool) throws {
    let document = try FormsDocument.read(from: results.forms)
    let found = document?.choice ?? (hasBegun ? ConvolutionChoice.fastest.rawValue : nil)
    guard let found else { return }
    guard found == choice.rawValue else {
      throw InputError(
        SourcePlace(file: results.forms.path), key: "choice",
        expected: "the forms that its trials have (--forms \(found), or none)",
        found: "--forms \(choice.rawValue); --fresh starts over")
    }
    forms = document?.forms ?? [:]
  }

  private func keep(_ forms: [String: String]) {
    let document = FormsDocument(choice: choice.rawValue, forms: forms, madeBy: madeBy)
    // Without the file, the forms are measured again.
    try? cache.write(cacheFile.lastPathComponent) { try document.write(to: $0) }
  }

  /// The file of forms for what they depend on.
  private var cacheFile: URL {
    var digest = ContentDigest()
    for (name, value) in madeBy.facts where name != "commit" { digest.add("\(name) \(value)") }
    return cache.url.appendingPathComponent("forms-\(digest.text).json")
  }
}

extension Experiment {
  /// Refuses a choice of forms where another program trains, and to measure them where steps multiply numbers of bfloat16.
  ///
  /// - Throws: `InputError`.
  public func checkForms(_ choice: ConvolutionChoice) throws {
    guard trainer == nil else {
      throw InputError(
        SourcePlace(file: "--forms"), expected: "no --forms, as another program trains",
        found: choice.rawValue)
    }
    guard choice != .measured || train.precision != .bfloat16 else {
      throw InputError(
        SourcePlace(file: "--forms"),
        expected:
          "another choice, as only forms of single precision are measured and train.precision is bfloat16",
        found: choice.rawValue)
    }
  }
}
