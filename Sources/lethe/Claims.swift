internal import ArgumentParser
internal import Foundation
internal import Reports

/// `lethe claims`: the verdicts of several results folders in one table.
struct Claims: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the table of claims of all results folders in a folder.")

  @Argument(help: "The folder that the results folders are in.", completion: .directory)
  var folder: String

  func run() throws {
    let table = try ClaimsTable(URL(fileURLWithPath: folder, isDirectory: true))
    for problem in table.leftOut { Console.log("note: \(problem)") }
    try table.write()
    print(table.summary)
    print("\(folder)/README.md")
  }
}
