internal import ArgumentParser
internal import PythonReader

/// `lethe python`: prints a Python module that reads what this version writes.
struct Python: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a Python module that reads results and checkpoints.",
    discussion: "Example: lethe python > lethe.py. It needs NumPy, and PyTorch for networks.")

  func run() { print(pythonReader, terminator: "") }
}
