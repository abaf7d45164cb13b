import Foundation
import Testing

@Suite struct UsageTests {
  let workspace = try! Workspace()

  @Test func helpAndVersionGoToStandardOutput() throws {
    let help = try workspace.lethe("--help")
    #expect(help.status == 0 && help.errors.isEmpty)
    for command in ["new", "check", "train", "generate", "metrics", "bench"] {
      #expect(help.output.contains("  \(command) "))
      let own = try workspace.lethe(command, "--help")
      #expect(own.status == 0 && own.output.contains("USAGE: lethe \(command)"))
    }
    let version = try workspace.lethe("--version")
    #expect(version.status == 0 && version.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  @Test(arguments: [
    (["nope"], "nope"), (["train"], "<experiment>"),
    (["train", "tiny.yaml", "--bogus"], "--bogus"),
    (["train", "tiny.yaml", "--threads", "0"], "--threads: expected 1 to 256, found 0"),
    (["train", "tiny.yaml", "--threads", "-1"], "--threads"),
    (["train", "tiny.yaml", "--threads", "abc"], "'abc' is invalid"),
    (["train", "tiny.yaml", "--out", ""], "--out: expected a folder"),
    (["train", "tiny.yaml", "--set", "train.steps"], "KEY=VALUE"),
    (["bench", "tiny.yaml", "--seconds", "nan"], "--seconds: expected 0 to 86400"),
    (["bench", "tiny.yaml", "--steps", "0"], "--steps: expected 5"),
    (["generate", "c.safetensors", "--count", "0"], "--count: expected 1"),
    (["generate", "c.safetensors", "--latents", "x.npy", "--interpolate"], "found both"),
    (
      ["generate", "c.safetensors", "--latents", "x.npy", "--count", "3"], "or --count, found both"
    ),
    (["train", "missing.yaml"], "missing.yaml: cannot read: No such file or directory"),
    (["check", "."], "Is a directory"),
  ])
  func badUsage(_ arguments: [String], _ expected: String) throws {
    let outcome = try workspace.shell(
      "$LETHE " + arguments.map { "'\($0)'" }.joined(separator: " "))
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.contains(expected))
    #expect(workspace.names() == ["tiny.yaml"])
  }

  @Test func completionScripts() throws {
    for shell in ["bash", "zsh", "fish"] {
      let script = try workspace.lethe("--generate-completion-script", shell)
      #expect(script.status == 0 && script.output.contains("generate"))
    }
  }

  @Test func checkPrintsThePlanAndWritesNothing() throws {
    let text = try workspace.lethe("check", "tiny.yaml")
    #expect(text.status == 0)
    for part in ["generator.block1.linear", "[8, 4]", "discriminator.input", "1 trial of 40 steps"]
    {
      #expect(text.output.contains(part))
    }
    #expect(workspace.names() == ["tiny.yaml"])
    let plan = try workspace.json(workspace.lethe("check", "tiny.yaml", "--json").output)
    #expect((plan["sites"] as? [Any])?.count == 13)
    #expect(plan["parameters"] as? Int == 8 * 4 + 8 + 64 * 8 + 64 + 64 * 8 + 8 + 8 + 1)
  }

  @Test func benchHasExactlyTheDocumentedKeys() throws {
    let keys: Set = [
      "experiment", "threads", "steps", "median_ms", "min_ms", "samples_per_second",
      "first_step_s", "peak_memory_mb", "flops_per_step", "contraction_share", "made_by",
    ]
    let timed = try workspace.json(
      workspace.lethe("bench", "tiny.yaml", "--json", "--seconds", "0.05").output)
    #expect(Set(timed.keys) == keys)
    let counted = try workspace.json(
      workspace.lethe("bench", "tiny.yaml", "--json", "--steps", "20", "--threads", "1").output)
    #expect(Set(counted.keys) == keys.union(["resident_growth_mb"]))
    #expect(counted["steps"] as? Int == 20 && counted["threads"] as? Int == 1)
  }

  @Test func wordsThatAreNoCommands() throws {
    for (words, message) in [
      (
        ["trian", "tiny.yaml"],
        "unknown command trian; did you mean train? (commands: new, check, run, "
      ),
      (["metric"], "did you mean metrics?"), (["xyzzy"], "unknown command xyzzy (commands: "),
    ] {
      let outcome = try workspace.lethe(words)
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
    for word in ["-v", "--version"] {
      let outcome = try workspace.lethe(word)
      #expect(outcome.status == 0 && outcome.output.split(separator: ".").count == 3)
    }
    for word in ["help", "--help", "-h"] {
      let outcome = try workspace.lethe(word)
      #expect(outcome.status == 0 && outcome.output.contains("USAGE: lethe"))
    }
    let bare = try workspace.lethe()
    #expect(bare.status == 0 && bare.output.contains("USAGE: lethe"))
  }

  @Test func outputThatCannotBeWrittenIsAnError() throws {
    let full = try workspace.shell("$LETHE check tiny.yaml > /dev/full")
    #expect(full.status == 1)
    #expect(full.errors == "error: standard output: cannot write: No space left on device\n")
    #expect(try workspace.shell("$LETHE train tiny.yaml 2> /dev/full").status == 0)
    #expect(try workspace.shell("$LETHE train tiny.yaml --fresh 2>&-").status == 0)
    let reader = try workspace.shell("$LETHE check tiny.yaml | true")
    #expect(reader.status == 0 && reader.errors.isEmpty)
  }
}
