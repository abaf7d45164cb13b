internal import Training
internal import Media
internal import Autodiff
internal import Datasets
internal import Execution
internal import Layers

/// A computation of a model that is applied to every row of an input alike. It is compiled once for batches
/// of 64 rows; the last batch is filled up with zeros.
final class Question {
  static let batch = 64
  /// Size of a row of the input, and of its answer, in numbers.
  let size, outputs: Int
  /// The compiled graph.
  let program: Program
  /// The rows of a batch, and their answers.
  let input, answer: UnsafeMutableBufferPointer<Float>
  /// The classes of a batch, one-hot; nil where the graph does not read any.
  let classes: UnsafeMutableBufferPointer<Float>?
  private let codec: ExampleCodec

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - shape: Shape of a row of the input.
  ///   - masks: State of dropout: off, drawn, or given as inputs.
  ///   - ask: Adds operations to the graph and returns the answer, [batch, …].
  convenience init(
    _ inference: Inference, shape: Shape, masks: SamplingDropout = .off,
    _ ask: (_ rows: Tensor, Forward) throws -> Tensor
  ) throws {
    try self.init(
      Self.compile(inference, shape, masks) { rows, forward in
        (try ask(rows, forward), others: [], handles: ())
      }, inference.codec)
  }

  private typealias Compiled<Handles> = (
    program: Program, handles: (rows: Tensor, classes: Tensor?, answer: Tensor, others: Handles)
  )

  private init<Handles>(_ compiled: Compiled<Handles>, _ codec: ExampleCodec) {
    (program, self.codec) = (compiled.program, codec)
    (input, answer) = (program[compiled.handles.rows], program[compiled.handles.answer])
    (size, outputs) = (input.count / Self.batch, answer.count / Self.batch)
    classes = compiled.handles.classes.flatMap { [program] in
      program.reads($0) ? program[$0] : nil
    }
  }

  /// Compiles a graph that has more inputs or outputs.
  ///
  /// - Parameter ask: Adds operations to the graph. Returns the answer, [batch, …], further outputs and, as
  ///   handles, the tensors whose memory the caller needs; see `Program`.
  static func compiled<Handles>(
    _ inference: Inference, shape: Shape, masks: SamplingDropout = .off,
    _ ask: (_ rows: Tensor, Forward) throws -> (
      answer: Tensor, others: [Tensor], handles: Handles
    )
  ) throws -> (question: Question, handles: Handles) {
    let compiled = try compile(inference, shape, masks, ask)
    return (Question(compiled, inference.codec), compiled.handles.others)
  }

  private static func compile<Handles>(
    _ inference: Inference, _ shape: Shape, _ masks: SamplingDropout,
    _ ask: (_ rows: Tensor, Forward) throws -> (
      answer: Tensor, others: [Tensor], handles: Handles
    )
  ) throws -> Compiled<Handles> {
    try inference.program(masks: masks) { graph, forward in
      let rows = try graph.input("input", shape: [batch] + shape)
      let classes = try inference.classes(of: batch, in: forward)
      let (answer, others, handles) = try ask(rows, forward)
      return ((rows, classes, answer, handles), outputs: [answer] + others)
    }
  }

  /// The number of batches that rows in memory make.
  func batches(of rows: [Float]) -> Int { (rows.count / size + Self.batch - 1) / Self.batch }

  /// Computes the answers for rows in memory, a batch at a time.
  ///
  /// - Parameters:
  ///   - rows: Shape [N, …].
  ///   - labels: The class of each row, where the graph reads classes.
  ///   - counter: Gives the counter of a batch's random numbers from the batch's number.
  ///   - prepare: Fills further inputs for a batch, given the numbers of its rows.
  ///   - take: Receives the answers of a batch.
  func ask(
    _ rows: [Float], labels: [Int] = [], counter: (_ batch: Int) -> UInt64 = { _ in 0 },
    prepare: (Range<Int>) -> Void = { _ in },
    take: (Slice<UnsafeMutableBufferPointer<Float>>) -> Void
  ) throws {
    let count = rows.count / size
    for (number, start) in stride(from: 0, to: count, by: Self.batch).enumerated() {
      let end = min(count, start + Self.batch)
      fill(input, with: rows[start * size..<end * size])
      setClasses { labels[start..<end] }
      prepare(start..<end)
      try program.run(step: counter(number))
      take(answer.prefix((end - start) * outputs))
    }
  }

  /// Computes the answers for some examples of a data set, of which only one batch at a time is brought into the form
  /// that networks see.
  ///
  /// - Parameters:
  ///   - positions: Positions of the examples, in the order of the answers.
  ///   - run: Runs a batch, given its number, and returns at least as many numbers as the batch has
  ///     examples; by default the answers themselves.
  func ask(
    about examples: Examples, _ positions: [Int],
    run: ((_ batch: Int) throws -> [Double])? = nil
  ) throws -> [Double] {
    var found: [Double] = []
    for (number, start) in stride(from: 0, to: positions.count, by: Self.batch).enumerated() {
      let part = positions[start..<min(positions.count, start + Self.batch)]
      fill(input, with: try codec.values(of: examples.part(Array(part)))[...])
      setClasses { part.map { examples.labels[$0] } }
      if let run {
        found += try run(number).prefix(part.count)
      } else {
        try program.run(step: 0)
        found += answer.prefix(part.count * outputs).map(Double.init)
      }
    }
    return found
  }
}

extension Question {
  /// Sets the classes of a batch, where the graph reads any.
  private func setClasses(_ labels: () -> some Sequence<Int>) {
    guard let classes else { return }
    setOneHot(classes, labels(), classes: classes.count / Self.batch)
  }
}

/// Writes values to the start of an input, and zeros behind them.
func fill(_ memory: UnsafeMutableBufferPointer<Float>, with values: ArraySlice<Float>) {
  memory.update(repeating: 0)
  _ = memory.update(from: values)
}
