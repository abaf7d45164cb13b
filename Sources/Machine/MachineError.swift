/// The error of a task that needs more than the machine, or a limit of this process, allows.
package struct MachineError: Error, CustomStringConvertible {
  /// One line with what is needed and what is available.
  package let description: String
}
