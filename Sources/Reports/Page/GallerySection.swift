internal import Foundation
internal import Records

/// Samples of every arm and seed at the same latents, beside real examples, and beside their nearest training examples.
struct GallerySection {
  let figures: Figures
  let results: ResultsFolder
  /// Number of sounds of each arm that can be played.
  private static let players = 4

  /// The sections; `media` embeds their pictures and sounds. The first seed of each arm comes first, as what comes last
  /// may be left out.
  func html(_ media: inout Media) -> String {
    let shown = figures.arms.compactMap { arm in arm.example.map { (arm, $0) } }
    let real = shown.first.map { realExamples(of: $0.1, &media) } ?? ""
    var first: [String] = []
    var nearest = ""
    for (arm, trial) in shown {
      first.append(samples(of: arm, trial, &media, players: sounds(trial.folder, &media)))
    }
    for (arm, trial) in shown {
      nearest += figure(
        trial.folder.nearest(fileExtension: "png"),
        "\(arm.arm.name), seed \(trial.trial.seed): samples beside their nearest training examples",
        &media)
    }
    for (index, (arm, example)) in shown.enumerated() {
      for trial in arm.trials
      where trial.state == .finished && trial.trial.seed != example.trial.seed {
        first[index] += samples(of: arm, trial, &media, isHidden: true)
      }
    }
    return HTML.section(
      "samples", figures.isForeign ? "Samples" : "Samples at the same latents",
      html: choice + gallery(real + first.joined()))
      + HTML.section("nearest", "Nearest training examples", html: gallery(nearest))
      + leftOut(media)
  }

  /// A choice of the seed whose samples are shown; the page's script shows it.
  private var choice: String {
    let seeds = Set(figures.trials.filter { $0.state == .finished }.map(\.trial.seed)).sorted()
    guard seeds.count > 1 else { return "" }
    let options = seeds.map { "<option>\($0)</option>" }.joined()
    return
      "<p class=\"choices\" hidden><label>Seed <select id=\"seed-choice\"><option value=\"\">"
      + "first of each arm</option>\(options)</select></label></p>"
  }

  private func leftOut(_ media: Media) -> String {
    let left = media.leftOut
    guard !left.isEmpty else { return "" }
    return HTML.paragraph(
      "\(left.count) pictures or sounds would make this file too large and are left out; "
        + "they lie in the results folder.", style: "note")
      + HTML.details(
        "Which",
        html: "<ul>" + left.map { "<li><code>\(escaped($0))</code></li>" }.joined() + "</ul>")
  }

  private func gallery(_ figures: String) -> String {
    figures.isEmpty ? "" : "<div class=\"gallery\">\(figures)</div>"
  }

  private func realExamples(of trial: TrialFigures, _ media: inout Media) -> String {
    let sound = media.address(trial.folder.real(fileExtension: "wav"), in: results)
    return figure(
      trial.folder.real(fileExtension: "png"), "Training examples", &media,
      players: sound.map { player($0, "Training examples") } ?? "")
  }

  private func samples(
    of arm: ArmFigures, _ trial: TrialFigures, _ media: inout Media, players: String = "",
    isHidden: Bool = false
  ) -> String {
    let seed = trial.trial.seed
    return figure(
      trial.lastSheet, "Samples of \(arm.arm.name), seed \(seed)", &media, players: players,
      attributes: " data-arm=\"\(escaped(arm.arm.name))\" data-seed=\"\(seed)\""
        + (isHidden ? " hidden" : ""))
  }

  private func figure(
    _ file: URL?, _ caption: String, _ media: inout Media, players: String = "",
    attributes: String = ""
  ) -> String {
    let picture = file.flatMap { media.address($0, in: results) }.map {
      "<img src=\"\($0)\" alt=\"\(escaped(caption))\">"
    }
    let html = (picture ?? "") + players
    return html.isEmpty ? "" : HTML.figure(html: html, caption: caption, attributes: attributes)
  }

  private func sounds(_ folder: TrialFolder, _ media: inout Media) -> String {
    var html = ""
    for index in 0..<Self.players {
      let file = folder.finalSample(index, fileExtension: "wav")
      guard FileManager.default.fileExists(atPath: file.path),
        let address = media.address(file, in: results)
      else { continue }
      html += player(address, "Sample \(index + 1)")
    }
    return html
  }

  private func player(_ address: String, _ name: String) -> String {
    "<audio controls preload=\"none\" src=\"\(address)\" aria-label=\"\(escaped(name))\"></audio>"
  }
}
