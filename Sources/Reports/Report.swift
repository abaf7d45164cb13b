public import Records

/// The report of a results folder.
public struct Report {
  let results: ResultsFolder
  public init(reading results: ResultsFolder) throws { self.results = results }
  public func write() throws {}
  public func summary() -> String { "" }
}
