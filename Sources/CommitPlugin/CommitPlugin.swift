import Foundation
import PackagePlugin

/// Writes the commit that is checked out into a Swift file, each time that the commit or a source file has changed.
@main struct CommitPlugin: BuildToolPlugin {
  /// Writes `let commit = "…"`, empty where there is no checkout or no git.
  private static let script = """
    cd "$1" || exit 1
    commit=$(git rev-parse HEAD 2>/dev/null)
    [ -z "$(git status --porcelain -- Sources Package.swift 2>/dev/null)" ] || commit="$commit+"
    text="let commit = \\"$commit\\""
    [ "$(cat "$2" 2>/dev/null)" = "$text" ] || echo "$text" > "$2"
    """

  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let package = context.package.directoryURL
    let output = context.pluginWorkDirectoryURL.appending(path: "Commit.swift")
    let sources = context.package.targets
      .compactMap { $0 as? any SourceModuleTarget }.flatMap { $0.sourceFiles.map(\.url) }
    return [
      .buildCommand(
        displayName: "Commit of the checkout", executable: URL(fileURLWithPath: "/bin/sh"),
        arguments: ["-c", Self.script, "sh", package.path, output.path],
        inputFiles: records(of: package) + sources, outputFiles: [output])
    ]
  }

  /// The files of git that change when another commit is checked out.
  private func records(of package: URL) -> [URL] {
    var git = package.appending(path: ".git")
    let prefix = "gitdir: "
    // In a linked working tree, `.git` is a file that names a folder.
    if let text = try? String(contentsOf: git, encoding: .utf8), text.hasPrefix(prefix) {
      let path = text.dropFirst(prefix.count).trimmingCharacters(in: .newlines)
      git = URL(fileURLWithPath: path, relativeTo: package)
    }
    return ["HEAD", "logs/HEAD", "index"].map { git.appending(path: $0) }
      .filter { FileManager.default.fileExists(atPath: $0.path) }
  }
}
