/// A Python module that reads results and checkpoints of this version; `lethe python` prints it.
public let pythonReader = pythonText + "\n"
