public import Execution

extension Program {
  /// Compiles a graph for the processor.
  ///
  /// - Parameters:
  ///   - wanted: Outputs, checks and updates to compute.
  ///   - variables: The store of all variables. Missing ones are added to it, filled with zeros.
  ///   - seed: The key of all random numbers.
  ///   - threads: Threads of the process's only pool that share the work.
  ///   - convolutions: How convolutions are computed. Values differ by rounding.
  /// - Throws: `GraphError` for a graph that breaks its rules; `ExecutionError` where a library fails or memory is short.
  public convenience init(
    _ wanted: Computation, variables: VariableStore = VariableStore(), seed: UInt64 = 0,
    threads: Int = 1, convolutions: ConvolutionChoice = .fastest
  ) throws {
    try self.init(
      wanted, variables: variables, seed: seed,
      backend: CPUBackend(threads: threads, convolutions: convolutions))
  }
}
