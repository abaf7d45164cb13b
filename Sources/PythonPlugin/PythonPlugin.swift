import Foundation
import PackagePlugin

/// Writes `lethe.py` of a target as a text in Swift, so that the program carries it.
@main struct PythonPlugin: BuildToolPlugin {
  /// Writes `let pythonText = …`, with marks around the text that Python does not have.
  private static let script = """
    { printf 'let pythonText = ###\"\"\"\\n'; cat "$1"; printf '\"\"\"###\\n'; } > "$2"
    """

  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let source = target.directoryURL.appending(path: "lethe.py")
    let output = context.pluginWorkDirectoryURL.appending(path: "PythonText.swift")
    return [
      .buildCommand(
        displayName: "Text of lethe.py", executable: URL(fileURLWithPath: "/bin/sh"),
        arguments: ["-c", Self.script, "sh", source.path, output.path], inputFiles: [source],
        outputFiles: [output])
    ]
  }
}
