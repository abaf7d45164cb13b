internal import ArgumentParser
internal import Records
internal import Sweeps

/// The list of all executors. The first one is the default.
typealias Executors = ExecutorList<
  LocalOptions, ExecutorList<InProcessOptions, ExecutorList<SlurmOptions, NoExecutors>>
>

/// The option `--executor`, with the options of all executors.
struct ExecutorSelection: ParsableArguments {
  @OptionGroup var options: Executors

  @Option(help: "How trials are run: \(ExecutorName.all.joined(separator: ", ")).")
  var executor = ExecutorName.standard

  /// The chosen executor's options.
  var chosen: any ExecutorOptions {
    guard let chosen = options.all.first(where: { type(of: $0).name == executor.name }) else {
      preconditionFailure("\(executor.name) is the name of an executor")
    }
    return chosen
  }

  /// Refuses options that mean nothing to the chosen executor.
  func check(_ training: TrialOptions) throws {
    for other in options.all where type(of: other).name != executor.name && other.isGiven {
      let names = type(of: other).optionNames ?? "options"
      throw ValidationError("\(names) are for --executor \(type(of: other).name)")
    }
    try chosen.check(training)
  }
}

/// The name of an executor on the command line.
struct ExecutorName: ExpressibleByArgument {
  let name: String

  /// All names, in the order of the list.
  static var all: [String] { Executors.types.map { $0.name } }
  /// The name of the first executor, which is the default.
  static var standard: ExecutorName { ExecutorName(name: all[0]) }
  static var allValueStrings: [String] { all }
  var defaultValueDescription: String { name }

  init?(argument: String) {
    guard Self.all.contains(argument) else { return nil }
    name = argument
  }

  private init(name: String) { self.name = name }
}

extension ResultsFolder {
  /// The last submissions of this folder's trials, of each executor that has one.
  func submissions() throws -> [any Submission] {
    try Executors.types.compactMap { try $0.submission(of: self) }
  }
}

// MARK: The list as a type

/// A list of executors as a type, so that their options become options of a command.
protocol ExecutorAlternatives: ParsableArguments {
  static var types: [any ExecutorOptions.Type] { get }
  var all: [any ExecutorOptions] { get }
}

/// A list of one executor and the rest.
struct ExecutorList<First: ExecutorOptions, Rest: ExecutorAlternatives>: ExecutorAlternatives {
  @OptionGroup var first: First
  @OptionGroup var rest: Rest

  static var types: [any ExecutorOptions.Type] { [First.self] + Rest.types }
  var all: [any ExecutorOptions] { [first] + rest.all }
}

/// The empty list, which ends every other.
struct NoExecutors: ExecutorAlternatives {
  static var types: [any ExecutorOptions.Type] { [] }
  var all: [any ExecutorOptions] { [] }
}
