/// The classes of a folder: the folders in it.
enum ClassFolders {
  /// Lists them by name.
  ///
  /// - Parameters:
  ///   - kind: What errors call the files, such as `.png files`.
  ///   - isExample: Whether a file of a name is an example.
  /// - Throws: `DataError` for examples outside of those folders, and fewer than two folders with some.
  static func classes(
    in path: String, of kind: String, isExample: (String) -> Bool
  ) throws -> [ExampleClass] {
    guard try isFolder(path, expected: "a folder of folders, one a class") else {
      throw DataError(
        file: path,
        problem:
          "expected a folder of folders, one a class, or labels in a file of their own, found a file"
      )
    }
    let examples = try folderEntries(path).filter(isExample)
    let names = Set(examples.compactMap { $0.contains("/") ? $0.split(separator: "/").first : nil })
      .map(String.init).sorted()
    if let stray = examples.filter({ !$0.contains("/") }).min() {
      throw DataError(
        file: joinedPath(path, stray),
        problem: "expected every example in a folder named by its class"
          + (names.first.map { ", such as \($0)/" } ?? "") + ", found one outside of any")
    }
    guard names.count > 1 else {
      throw DataError(
        file: path,
        problem: "expected at least 2 folders of \(kind), one a class, found "
          + (names.first.map { "one: \($0)" } ?? "none"))
    }
    return names.map { ExampleClass(name: $0, source: .path(joinedPath(path, $0))) }
  }
}
