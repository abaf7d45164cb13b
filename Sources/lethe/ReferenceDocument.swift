internal import ArgumentParser
internal import Evaluation
internal import Experiments
internal import Glossary
internal import Layers
internal import Metrics
internal import Scores
internal import Specification

/// The reference of everything that has a name, in Markdown.
struct ReferenceDocument {
  let keys: [KeyDescription]

  /// The document; the same on every machine.
  var text: String {
    get throws {
      try ([introduction] + sections + [variants, places, metrics, commands])
        .joined(separator: "\n")
    }
  }

  private var introduction: String {
    """
    # Reference

    The keys of the experiment file, kinds of dropout and their sites, metrics and commands, as `lethe reference --markdown` \
    writes them. `lethe reference KEY` says the same of one key. What the program writes is in [Formats](Formats.md).

    A default or range that other keys decide is given for each case, or is that of the smallest experiment. `required` keys have no
    default; those with `none` may be left out. `[]` stands for any entry of a list, `<name>` for a name of your choice.

    ## The whole file


    """ + keyTable(keys.filter { $0.parts.count == 1 })
  }

  private var sections: [String] {
    keys.filter { $0.parts.count == 1 }.compactMap { section in
      let inner = keys.filter { $0.parts.count > 1 && $0.parts[0] == section.parts[0] }
      guard !inner.isEmpty else { return nil }
      let name = section.key
      let only = section.only.isEmpty ? "" : " (\(section.only))"
      return "## \(name)\n\n\(section.meaning.capitalizedFirst)\(only).\n\n" + keyTable(inner)
    }
  }

  private func keyTable(_ keys: [KeyDescription]) -> String {
    markdownTable(
      ["key", "expected", "default", "only", "meaning"],
      keys.map { key in
        [code(key.key), key.expected, key.standard, key.only, key.meaning]
      })
  }

  private var variants: String {
    "## Dropout variants\n\nThe `type` of an entry of `dropout`, and of `ablation.types`.\n\n"
      + markdownTable(
        ["type", "what it does", "goes to", "scalings", "schedule", "options", "source"],
        DropoutCatalogue.variants.map { variant in
          [
            code(variant.name), variant.meaning.text,
            DropoutSite.Kind.examples.filter { variant.fits($0) }.map(\.description)
              .joined(separator: ", "),
            variant.scalings.map(\.rawValue).joined(separator: ", "),
            variant.takesSchedule ? "yes" : "no: the rate is learned",
            variant.options.map(optionText).joined(separator: "; "), sources(variant.meaning),
          ]
        })
  }

  private func optionText(_ option: DropoutOption) -> String {
    "\(code(option.name)): \(option.expected), default \(option.standard.plain)"
  }

  private var places: String {
    "## Dropout sites\n\nThe last part of a site's address, `<network>.<block>.<place>`; `lethe check` lists those of an experiment.\n\n"
      + markdownTable(
        ["place", "where"], DropoutSite.Place.allCases.map { [code($0.rawValue), $0.meaning] })
  }

  private var metrics: String {
    get throws {
      let rows = try Experiment.metricReference().map { metric in
        [
          code(metric.key), metric.families.joined(separator: ", "), metric.aspect.rawValue,
          metric.better?.rawValue ?? "", metric.meaning.text, sources(metric.meaning),
        ]
      }
      let others = MetricCatalogue.otherNames.sorted { $0.key < $1.key }.map { name, keys in
        "\(code(name)) for \(keys.map(code).joined(separator: ", "))"
      }
      return
        "## Metrics\n\nThe keys of `metrics.json`, which `metrics.primary` and claims may name. "
        + "`lethe metrics` knows some by other names too: \(others.joined(separator: "; ")).\n\n"
        + markdownTable(["key", "of", "aspect", "better", "meaning", "source"], rows)
    }
  }

  private var commands: String {
    "## Commands\n\n`lethe COMMAND --help` tells the options.\n\n"
      + markdownTable(
        ["command", "what it does"],
        Lethe.configuration.subcommands.map {
          [code("lethe \($0._commandName)"), $0.configuration.abstract]
        })
  }

  private func sources(_ meaning: Meaning) -> String {
    meaning.sources.map { source in
      source.address.map { "[\(source.short)](\($0))" } ?? source.short
    }.joined(separator: "; ")
  }
}

private func code(_ text: String) -> String { "`\(text)`" }

/// A table whose cells may have any text of one line.
private func markdownTable(_ headings: [String], _ rows: [[String]]) -> String {
  let rule = headings.map { _ in "---" }
  let lines = [headings, rule] + rows.map { $0.map { $0.replacing("|", with: "\\|") } }
  return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
