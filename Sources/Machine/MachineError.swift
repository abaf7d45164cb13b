/// The machine, or a limit of this process, does not allow what is to be done.
package struct MachineError: Error, CustomStringConvertible {
  /// What is needed, and what there is.
  package let description: String
}
