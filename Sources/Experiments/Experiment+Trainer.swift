internal import Complaints

extension Experiment {
  /// `trainer`: a program of the user that trains in the place of the networks that are described here.
  public struct Trainer: Sendable, Equatable {
    /// What a name in braces stands for in a command or a path, beside the names of `values`.
    public enum Slot: String, Sendable, CaseIterable {
      /// The training examples, in a `.npy`: [N, height, width, channels] in 0…1, or [N, samples, 1] in −1…1.
      case training = "data.train"
      /// The training examples, in a folder of PNGs or WAVs.
      case trainingFolder = "data.train_folder"
      /// The held-out examples, in a `.npy`.
      case holdout = "data.holdout"
      /// The held-out examples, in a folder.
      case holdoutFolder = "data.holdout_folder"
      /// The trial's seed.
      case seed
      /// The trial's folder for the program's own files.
      case out
      /// The checkpoint of `samples`.
      case checkpoint
      /// Where the command of `samples` puts them.
      case samples
      /// How many samples are measured.
      case count

      /// Those that stand for something in paths.
      static let ofPaths: [Slot] = [.out, .seed]
      /// Those that stand for something in `command`.
      static let ofCommand: [Slot] = [
        .training, .trainingFolder, .holdout, .holdoutFolder, .seed, .out, .count,
      ]
      /// Those that stand for something in the command of `samples`.
      static let ofSampling = ofCommand + [.checkpoint, .samples]
    }

    /// The samples that are measured.
    public struct Samples: Sendable, Equatable {
      /// `path`.
      public let path: Template
      /// `checkpoint`; nil where training leaves the samples.
      public let checkpoint: Template?
      /// `command`; nil where training does.
      public let command: [Template]?

      init(path: Template) { (self.path, checkpoint, command) = (path, nil, nil) }

      init(_ keys: SectionReader) throws {
        checkpoint = try keys.required(
          "checkpoint", .template("a path such as \"{out}/model.pt\""),
          says:
            "file of the trained model that `command` makes samples of; `{checkpoint}` in the command stands for it"
        )
        command = try keys.required(
          "command", .command,
          says: "program and its arguments that make the samples of the checkpoint")
        path = try keys.value(
          "path", .template("a path"), default: Template("{\(Slot.out.rawValue)}/samples"),
          says:
            "folder or `.npy` where the samples are put; `{samples}` in the command stands for it")
      }
    }

    /// `command`.
    public let command: [Template]
    /// `samples`.
    public let samples: Samples
    /// `scores`; nil for none.
    public let scores: Template?
    /// `log`; nil for none.
    public let log: Template?
    /// `resume`.
    public let resumes: Bool
    /// `steps`; nil where that is not known.
    public let steps: Int?
    /// `threads`; nil for one in an ablation and all cores otherwise.
    public let threads: Int?
    /// `values`.
    public let values: [String: String]

    init(_ keys: SectionReader) throws {
      command = try keys.required(
        "command", .command,
        says:
          "program and its arguments; names in braces stand for values of the trial, such as `{seed}` and `{out}`"
      )
      samples =
        try keys.isMapping("samples")
        ? keys.section("samples", says: Self.meaningOfSamples, Samples.init)
        : Samples(
          path: keys.required(
            "samples", .template("a path such as \"{out}/samples\""), says: Self.meaningOfSamples))
      scores = try keys.addition(
        "scores", .template("a path such as \"{out}/scores.json\""),
        says: "JSON file with numbers of the program's own, which become metrics")
      log = try keys.addition(
        "log", .template("a path such as \"{out}/log.jsonl\""),
        says: "file with a line of JSON for each logged step")
      resumes = try keys.value(
        "resume", .flag, default: false,
        says: "true where the command, started again in the same folder, goes on from there")
      steps = try keys.addition(
        "steps", .integer(1...1_000_000_000), when: .only(log != nil, "for a log"),
        says: "number of steps that the log goes up to")
      threads = try keys.addition(
        "threads", .integer(Train.threadCounts),
        says:
          "threads of a trial, which the command sees as `OMP_NUM_THREADS`; without it, one in an ablation and all cores otherwise"
      )
      values = try Dictionary(
        keys.entries(
          "values", by: "name", each: "a text or a number",
          says: "value that `{name}` stands for in the commands, where no arm gives another"
        ) { entry in
          let path = "\(keys.dotted("values")).\(entry.key)"
          guard Self.canBeValue(entry.key) else {
            throw InputError(
              entry.place, key: path,
              expected: "a name of letters, digits and _ that stands for nothing else",
              found: jsonQuoted(entry.key))
          }
          guard let text = entry.value.text else {
            throw InputError(
              entry.place, key: path, expected: "a text or a number", found: entry.value.found)
          }
          return (entry.key, text)
        }, uniquingKeysWith: { a, _ in a })
    }

    private static let meaningOfSamples =
      "folder or `.npy` with the samples that are measured; as a mapping, how they are made of a checkpoint"

    /// The section that `arms` put their values into.
    static let valuesKey = "trainer.values"

    private static func canBeValue(_ name: String) -> Bool {
      name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil && Slot(rawValue: name) == nil
    }

    /// Checks that every name in braces stands for something, and that every value is asked for.
    ///
    /// - Parameters:
    ///   - others: Names that arms of an ablation give a value.
    ///   - place: Gives the place of a key.
    /// - Throws: `InputError`.
    func check(others: Set<String>, place: (String) -> SourcePlace) throws {
      func check(_ key: String, _ templates: [Template], _ slots: [Slot]) throws {
        let names = slots.map(\.rawValue) + values.keys.sorted()
        for template in templates {
          for name in template.names where !names.contains(name) && !others.contains(name) {
            throw InputError(
              place(key), key: key,
              expected:
                "one of \(names.map { "{\($0)}" }.joined(separator: ", ")), or {{ for a brace",
              found: "{\(name)}", suggestion: nearestName(to: name, among: names).map { "{\($0)}" })
          }
        }
      }
      try check("trainer.command", command, Slot.ofCommand)
      try check(
        "trainer.samples", [samples.path, samples.checkpoint].compactMap(\.self), Slot.ofPaths)
      try check("trainer.samples.command", samples.command ?? [], Slot.ofSampling)
      try check("trainer.scores", [scores].compactMap(\.self), Slot.ofPaths)
      try check("trainer.log", [log].compactMap(\.self), Slot.ofPaths)
      let used = Set((command + (samples.command ?? [])).flatMap(\.names))
      if let unused = values.keys.sorted().first(where: { !used.contains($0) }) {
        let key = "\(Self.valuesKey).\(unused)"
        throw InputError(
          place(key), key: key, "would have no effect: no command has {\(unused)} in it")
      }
    }
  }
}

extension Experiment {
  /// The key that says how many threads a trial has.
  public var keyOfThreads: DottedKey { trainer == nil ? "train.threads" : "trainer.threads" }
}

/// A text in which names in braces stand for what a trial gives; `{{` and `}}` stand for braces.
public struct Template: Sendable, Hashable {
  private enum Part: Sendable, Hashable {
    case text(String)
    case name(String)
  }

  /// The text as it is written.
  public let text: String
  private let parts: [Part]

  /// Reads a text; nil where a brace has no partner.
  init?(reading text: String) {
    var parts: [Part] = []
    var rest = Substring(text)
    while !rest.isEmpty {
      if rest.hasPrefix("{{") || rest.hasPrefix("}}") {
        parts.append(.text(String(rest.removeFirst())))
        rest.removeFirst()
      } else if rest.hasPrefix("{") {
        guard let end = rest.firstIndex(of: "}") else { return nil }
        parts.append(.name(String(rest[rest.index(after: rest.startIndex)..<end])))
        rest = rest[rest.index(after: end)...]
      } else if rest.hasPrefix("}") {
        return nil
      } else {
        let end = rest.firstIndex { $0 == "{" || $0 == "}" } ?? rest.endIndex
        parts.append(.text(String(rest[..<end])))
        rest = rest[end...]
      }
    }
    (self.text, self.parts) = (text, parts)
  }

  /// Reads a text of this program.
  init(_ text: String) {
    guard let template = Template(reading: text) else { preconditionFailure("braces in \(text)") }
    self = template
  }

  /// The names in braces, in their order.
  public var names: [String] {
    parts.compactMap { if case .name(let name) = $0 { name } else { nil } }
  }

  /// The text with values in the place of names.
  public func filled(by value: (String) -> String) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .name(let name): value(name)
      }
    }.joined()
  }
}

extension ValueKind<Template> {
  /// A text with names in braces.
  static func template(_ description: String) -> Self {
    Self(
      expected: { _ in description + ", with {{ and }} for braces" },
      parse: { node in node.text.flatMap { $0.isEmpty ? nil : Template(reading: $0) } },
      render: { .text($0.text) })
  }
}

extension ValueKind<[Template]> {
  /// A program and its arguments.
  fileprivate static var command: Self {
    var kind = list(of: .template("a list of words, the program first"), allowsRepeats: true)
    let parse = kind.parse
    // A line of shell would not be taken apart.
    kind.parse = { $0.isList ? parse($0) : nil }
    kind.expected = { _ in
      "a list of words, the program first, such as [python3, train.py, --out, \"{out}\"], with {{ and }} for braces"
    }
    return kind
  }
}
