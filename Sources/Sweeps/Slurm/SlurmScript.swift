internal import Complaints
public import Experiments
internal import Records

/// The scripts for sbatch, as pure functions of what is submitted.
public struct SlurmScript: Sendable, Equatable {
  /// The experiment's name, for the queue.
  public var name: String
  /// The program, by its full path.
  public var program: String
  /// The results folder, by its full path.
  public var results: String
  /// Number of trials in the list.
  public var trials: Int
  /// The largest number of tasks that the cluster takes in one array.
  public var largestArray: Int
  /// Requests to the scheduler.
  public var options: Experiment.Slurm
  /// True to refuse a trial with another program, or on another kind of machine, than it began with.
  public var isStrict: Bool

  /// The largest number of times that a task is queued again after it was stopped.
  static let restarts = 100

  /// Describes a submission; see the properties.
  public init(
    name: String, program: String, results: String, trials: Int, largestArray: Int,
    options: Experiment.Slurm, isStrict: Bool = false
  ) {
    self.name = name
    self.program = program
    self.results = results
    self.trials = trials
    self.largestArray = largestArray
    self.options = options
    self.isStrict = isStrict
  }

  /// Number of trials that one task runs, one after the other.
  var share: Int { (trials + largestArray - 1) / largestArray }
  /// Number of tasks of the array.
  var tasks: Int { (trials + share - 1) / share }

  /// The array job over the trials.
  ///
  /// A task that is told to stop, as its time is nearly over or it is preempted, tells its trial, which writes a
  /// checkpoint and ends; then the task is queued again and goes on from there.
  public var array: String {
    let running = options.running > 0 ? "%\(options.running)" : ""
    let directives =
      [
        "--job-name=lethe-\(name)", "--array=0-\(tasks - 1)\(running)",
        "--output=\(pattern(results))/slurm/%A_%a.out", "--open-mode=append", "--requeue",
        "--signal=B:TERM@\(options.warning)", "--nodes=1", "--ntasks=1",
        "--cpus-per-task=\(options.cpus)",
      ] + (options.gpus > 0 ? ["--gres=gpu:\(options.gpus)"] : []) + common
    let body = """
      results=\(shellQuoted(results))
      lethe=\(shellQuoted(program))
      line=$((SLURM_ARRAY_TASK_ID * \(share)))
      last=$((line + \(share)))
      while [ "$line" -lt "$last" ] && [ "$stopped" = 0 ]; do
        line=$((line + 1))
        trial=$(sed -n "${line}p" "$results/slurm/trials.txt")
        [ -n "$trial" ] || break
        mkdir -p "$results/trials/$trial"
        "$lethe" train "$results/experiment.yaml" --out "$results" --trial "$trial" \\
          --threads \(options.cpus)\(isStrict ? " --strict" : "") >>"$results/trials/$trial/output.log" 2>&1 &
        child=$!
        wait "$child"
        # A signal ends the wait before the trial has ended.
        while kill -0 "$child" 2>/dev/null; do wait "$child"; done
        child=
      done
      if [ "$stopped" = 1 ] && [ ! -e "$results/slurm/cancelled" ] &&
        [ "${SLURM_RESTART_COUNT:-0}" -lt \(Self.restarts) ]; then
        scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
      fi
      exit 0
      """
    return script(directives, [Self.trap] + options.setup + [body])
  }

  /// Notes that the task is told to stop, and tells its trial. It comes before the lines of the user, as a signal
  /// without a trap ends the task, which is then not queued again.
  private static let trap = """
    stopped=0
    child=
    stop() {
      stopped=1
      [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
    }
    trap stop TERM
    """

  /// The job that writes the report once the array has ended in whatever way.
  ///
  /// - Parameter job: The array's identifier.
  public func report(after job: String) -> String {
    script(
      [
        "--job-name=lethe-\(name)-report", "--dependency=afterany:\(job)",
        "--output=\(pattern(results))/slurm/report.out", "--nodes=1", "--ntasks=1",
      ] + common, options.setup + ["exec \(shellQuoted(program)) report \(shellQuoted(results))"])
  }

  private var common: [String] {
    let asked = [
      ("partition", options.partition), ("account", options.account), ("time", options.time),
      ("mem", options.memory),
    ]
    return asked.compactMap { name, value in value.map { "--\(name)=\($0)" } } + options.options
  }

  private func script(_ directives: [String], _ body: [String]) -> String {
    let lines = directives.map { "#SBATCH " + directive($0) } + body
    return "#!/bin/sh\n" + lines.joined(separator: "\n") + "\n"
  }

  /// A path in a file name pattern of sbatch, where `%` begins a symbol.
  private func pattern(_ path: String) -> String { path.replacing("%", with: "%%") }

  /// Quotes an option for a `#SBATCH` comment, where words are divided as in a shell.
  private func directive(_ text: String) -> String {
    text.contains(where: { " \t\"'#\\".contains($0) }) ? shellQuoted(text) : text
  }
}
