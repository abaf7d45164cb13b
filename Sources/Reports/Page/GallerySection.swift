internal import Foundation
internal import Records

/// Samples of every arm at the same latents, and beside their nearest training examples.
struct GallerySection {
  let figures: Figures
  let results: ResultsFolder
  /// Number of sounds of each arm that can be played.
  private static let players = 4

  /// The sections; `media` embeds their pictures and sounds.
  func html(_ media: inout Media) -> String {
    let shown = figures.arms.compactMap { arm in arm.example.map { (arm, $0) } }
    var samples = ""
    for (arm, trial) in shown {
      samples += figure(
        trial.lastSheet, "Samples of \(arm.arm.name), seed \(trial.trial.seed)", &media,
        players: sounds(trial.folder, &media))
    }
    var nearest = ""
    for (arm, trial) in shown {
      nearest += figure(
        trial.folder.nearest(fileExtension: "png"),
        "\(arm.arm.name), seed \(trial.trial.seed): samples beside their nearest training examples",
        &media, players: "")
    }
    let left = media.leftOut
    let note =
      left.isEmpty
      ? ""
      : HTML.paragraph(
        "\(left.count) pictures or sounds would make this file too large and are left out; "
          + "they lie in the results folder.", style: "note")
        + HTML.details(
          "Which",
          html: "<ul>" + left.map { "<li><code>\(escaped($0))</code></li>" }.joined() + "</ul>")
    return HTML.section(
      "samples", figures.isForeign ? "Samples" : "Samples at the same latents",
      html: gallery(samples))
      + HTML.section("nearest", "Nearest training examples", html: gallery(nearest)) + note
  }

  private func gallery(_ figures: String) -> String {
    figures.isEmpty ? "" : "<div class=\"gallery\">\(figures)</div>"
  }

  private func figure(_ file: URL?, _ caption: String, _ media: inout Media, players: String)
    -> String
  {
    let picture = file.flatMap { media.address($0, in: results) }.map {
      "<img src=\"\($0)\" alt=\"\(escaped(caption))\">"
    }
    let html = (picture ?? "") + players
    return html.isEmpty ? "" : HTML.figure(html: html, caption: caption)
  }

  private func sounds(_ folder: TrialFolder, _ media: inout Media) -> String {
    var html = ""
    for index in 0..<Self.players {
      let file = folder.finalSample(index, fileExtension: "wav")
      guard FileManager.default.fileExists(atPath: file.path),
        let address = media.address(file, in: results)
      else { continue }
      html +=
        "<audio controls preload=\"none\" src=\"\(address)\" aria-label=\"Sample \(index + 1)\"></audio>"
    }
    return html
  }
}
