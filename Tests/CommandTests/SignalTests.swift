import Foundation
import Testing

/// Signals that arrive during a computation.
@Suite struct SignalTests {
  let workspace = try! Workspace()

  /// Matrix products of the size for which oneDNN's AVX2 code moves the stack pointer into the heap, so
  /// that a signal handler would destroy memory.
  private static let products = """
    name: products
    data: {source: shapes, size: 28, channels: 1, limit: 256, holdout: 0}
    model: {family: vae, backbone: mlp, latent: 20, hidden: [512]}
    train: {steps: 400, batch: 128, sample_every: 0, checkpoint_every: 200}
    metrics: {samples: 3, features: pixels}

    """

  /// The instruction set levels that this processor supports; see `Sources/Kernels/README.md`.
  static let levels = ["native", "avx512", "avx2", "sse41"].filter { level in
    guard let workspace = try? Workspace() else { return false }
    workspace.environment["LETHE_ISA"] = level
    return (try? workspace.lethe("--version"))?.status == 0
  }

  @Test func unknownLevelsAreRefused() throws {
    for level in ["", "avx", "AVX2"] {
      workspace.environment["LETHE_ISA"] = level
      let outcome = try workspace.lethe("check", "tiny.yaml")
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      #expect(outcome.errors.hasPrefix("error: LETHE_ISA: expected native"), "\(outcome.errors)")
      #expect(outcome.errors.hasSuffix(", found \(level.isEmpty ? "nothing" : level)\n"))
    }
    #expect(Self.levels.contains("native"))
  }

  /// A process that was started again with other settings is still found by its name, as by `pkill lethe`.
  @Test func theProcessIsListedAsLethe() throws {
    let run = try workspace.start("train", "tiny.yaml", "--set", "train.steps=1000000")
    run.waitForErrors("step ")
    let name = run.listedName
    run.send(SIGTERM)
    #expect(name == "lethe")
    _ = try run.wait()
  }

  /// Sends thousands of requests to stop, which are hidden from the program. The thread that waits for them takes
  /// all of them, no handler interrupts a computation, and the trial ends like one without signals.
  @Test(arguments: SignalTests.levels)
  func noHandlerRunsWhereSomethingIsComputed(_ level: String) throws {
    workspace.environment["LETHE_ISA"] = level
    try workspace.write(Self.products, to: "products.yaml")
    let arguments = ["train", "products.yaml", "--threads", "2", "--out"]
    try #require(try workspace.lethe(arguments + ["quiet"]).status == 0)

    try workspace.preload(Self.countingSignals)
    let run = try workspace.start(arguments + ["signalled"])
    run.waitForErrors("step ")
    var sent = 0
    while run.isRunning {
      run.send(SIGTERM)
      sent += 1
      usleep(150)
    }
    let outcome = try run.wait()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let counts = String(decoding: try workspace.data("counts"), as: UTF8.self)
      .split(separator: " ").compactMap { Int($0) }
    try #require(counts.count == 2)
    #expect(sent > 2000 && counts[0] > 1000, "\(sent) sent, \(counts[0]) taken")
    #expect(counts[1] == 0, "\(counts[1]) taken by a handler")
    #expect(try workspace.numbers(in: "signalled") == workspace.numbers(in: "quiet"))
  }

  /// A library that counts the SIGTERMs taken by a waiting thread and by handlers, and hides them from the program.
  private static let countingSignals = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <signal.h>
    #include <stdatomic.h>
    #include <stdio.h>
    static atomic_long awaited, handled;
    int sigwaitinfo(const sigset_t *set, siginfo_t *info) {
      int (*real)(const sigset_t *, siginfo_t *) = dlsym(RTLD_NEXT, "sigwaitinfo");
      int number = real(set, info);
      if (number != SIGTERM) return number;
      awaited++;
      errno = EINTR;
      return -1;
    }
    static void handle(int number) { handled++; }
    int sigaction(int number, const struct sigaction *action, struct sigaction *old) {
      int (*real)(int, const struct sigaction *, struct sigaction *) = dlsym(RTLD_NEXT, "sigaction");
      struct sigaction counting = {.sa_handler = handle, .sa_flags = SA_RESTART};
      return real(number, number == SIGTERM && action ? &counting : action, old);
    }
    sighandler_t signal(int number, sighandler_t handler) {
      sighandler_t (*real)(int, sighandler_t) = dlsym(RTLD_NEXT, "signal");
      return real(number, number == SIGTERM ? handle : handler);
    }
    __attribute__((destructor)) static void end(void) {
      FILE *file = fopen("counts", "w");
      if (!file) return;
      fprintf(file, "%ld %ld", awaited, handled);
      fclose(file);
    }
    """

  /// A trial that was told to stop ends even if a computation never does, and continues from complete files.
  @Test(arguments: [SIGINT, SIGTERM])
  func aComputationThatNeverEndsIsLeft(_ signal: Int32) throws {
    let arguments = ["train", "tiny.yaml", "--threads", "1", "--out"]
    try #require(try workspace.lethe(arguments + ["whole"]).status == 0)
    try workspace.preload(Self.endlessProduct)
    let run = try workspace.start(arguments + ["stuck"])
    waitUntilStuck(run)
    let start = ContinuousClock.now
    run.send(signal)
    let outcome = try run.wait()
    #expect(ContinuousClock.now - start < .seconds(30))
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("error: not stopped after 20 s; the same command goes on"))
    workspace.environment["LD_PRELOAD"] = nil
    #expect(try workspace.lethe(arguments + ["stuck"]).status == 0)
    #expect(try workspace.numbers(in: "stuck") == workspace.numbers(in: "whole"))
  }

  private func waitUntilStuck(_ run: Running) {
    workspace.wait(atMost: 60) { workspace.names().contains("is-stuck") || !run.isRunning }
  }

  /// A library that replaces oneDNN's call to run a primitive. The 400th call, after the first checkpoint,
  /// never returns.
  private static let endlessProduct = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <stdio.h>
    #include <unistd.h>
    int dnnl_primitive_execute(const void *primitive, void *stream, int count, const void *arguments) {
      static int calls = 0;
      int (*real)(const void *, void *, int, const void *) = dlsym(RTLD_NEXT, "dnnl_primitive_execute");
      if (++calls == 400) {
        fclose(fopen("is-stuck", "w"));
        for (volatile int forever = 1; forever;) usleep(10000);
      }
      return real(primitive, stream, count, arguments);
    }
    """

  /// The first Ctrl-C asks the trial to stop; the second ends the process at once.
  @Test func theSecondRequestEndsAtOnce() throws {
    try workspace.preload(Self.endlessProduct)
    let run = try workspace.start("train", "tiny.yaml", "--threads", "1", "--out", "stuck")
    waitUntilStuck(run)
    run.send(SIGINT)
    usleep(300_000)
    #expect(run.isRunning)
    run.send(SIGINT)
    #expect(try run.wait().status == 128 + SIGINT)
  }

  /// Before there is anything to save, a signal ends the process by its default action.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func beforeATrialTheDefaultHolds(_ signal: Int32) throws {
    try workspace.write(Self.products, to: "products.yaml")
    let bench = try workspace.start("bench", "products.yaml", "--seconds", "60")
    usleep(500_000)
    bench.send(signal)
    #expect(try bench.wait().status == -signal)
  }

  /// Child processes start with no signal blocked.
  @Test func childrenTakeSignals() throws {
    try workspace.write(
      Workspace.tiny + "ablation: {placements: {none: null}, seeds: 1}\n", to: "one.yaml")
    let tools = workspace.url("tools")
    try workspace.write(
      "#!/bin/sh\ngrep SigBlk /proc/self/status >> \"$SEEN\"\nexit 1\n", to: "tools/sbatch")
    for name in ["scontrol", "squeue"] {
      try FileManager.default.copyItem(
        at: workspace.url("tools/sbatch"), to: tools.appending(path: name))
    }
    _ = try workspace.shell("chmod +x tools/*")
    workspace.environment["SEEN"] = workspace.url("seen").path
    workspace.environment["PATH"] = tools.path + ":/usr/bin:/bin"
    _ = try workspace.lethe("run", "one.yaml", "--executor", "slurm")
    let seen = String(decoding: try workspace.data("seen"), as: UTF8.self)
    #expect(
      !seen.isEmpty && seen.split(separator: "\n").allSatisfy { $0 == "SigBlk:\t0000000000000000" })
  }
}

extension Workspace {
  /// Compiles C to a library that is preloaded into all later processes of the workspace.
  func preload(_ source: String) throws {
    try write(source, to: "preload.c")
    let outcome = try shell("cc -O1 -shared -fPIC preload.c -o preload.so -ldl")
    try #require(outcome.status == 0, "\(outcome.errors)")
    environment["LD_PRELOAD"] = url("preload.so").path
  }
}
