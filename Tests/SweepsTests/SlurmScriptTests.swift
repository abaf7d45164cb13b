import Experiments
import Complaints
import Foundation
import Records
import Sweeps
import Testing

/// The exact texts given to sbatch.
@Suite struct SlurmScriptTests {
  private func script(_ trials: Int = 12, largest: Int = 1001) -> SlurmScript {
    var options = Experiment.Slurm()
    (options.partition, options.time, options.memory) = ("cpu", "02:00:00", "2G")
    (options.cpus, options.gpus, options.running) = (2, 1, 8)
    options.options = ["--qos=long", "--comment=it's late"]
    options.setup = ["module load lethe"]
    return SlurmScript(
      name: "digits", program: "/opt/lethe", results: "/data/it's here", trials: trials,
      largestArray: largest, options: options)
  }

  @Test func theArrayJob() {
    #expect(
      script().array == """
        #!/bin/sh
        #SBATCH --job-name=lethe-digits
        #SBATCH --array=0-11%8
        #SBATCH '--output=/data/it'\\''s here/slurm/%A_%a.out'
        #SBATCH --open-mode=append
        #SBATCH --requeue
        #SBATCH --signal=B:TERM@60
        #SBATCH --nodes=1
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=2
        #SBATCH --gres=gpu:1
        #SBATCH --partition=cpu
        #SBATCH --time=02:00:00
        #SBATCH --mem=2G
        #SBATCH --qos=long
        #SBATCH '--comment=it'\\''s late'
        stopped=0
        child=
        stop() {
          stopped=1
          [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
        }
        trap stop TERM
        module load lethe
        results='/data/it'\\''s here'
        lethe='/opt/lethe'
        line=$((SLURM_ARRAY_TASK_ID * 1))
        last=$((line + 1))
        while [ "$line" -lt "$last" ] && [ "$stopped" = 0 ]; do
          line=$((line + 1))
          trial=$(sed -n "${line}p" "$results/slurm/trials.txt")
          [ -n "$trial" ] || break
          mkdir -p "$results/trials/$trial"
          "$lethe" train "$results/experiment.yaml" --out "$results" --trial "$trial" \\
            --threads 2 >>"$results/trials/$trial/output.log" 2>&1 &
          child=$!
          wait "$child"
          # A signal ends the wait before the trial has ended.
          while kill -0 "$child" 2>/dev/null; do wait "$child"; done
          child=
        done
        if [ "$stopped" = 1 ] && [ ! -e "$results/slurm/cancelled" ] &&
          [ "${SLURM_RESTART_COUNT:-0}" -lt 100 ]; then
          scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
        fi
        exit 0

        """)
  }

  /// `%` starts a placeholder in names of output files, where it must be doubled, and nowhere else.
  @Test func percentSignsInPaths() {
    var script = script()
    script.results = "/data/r%j_50%"
    #expect(script.array.contains("#SBATCH --output=/data/r%%j_50%%/slurm/%A_%a.out\n"))
    #expect(script.array.contains("results='/data/r%j_50%'\n"))
    #expect(
      script.report(after: "7").contains("#SBATCH --output=/data/r%%j_50%%/slurm/report.out\n"))
  }

  @Test func theReportJob() {
    #expect(
      script().report(after: "17") == """
        #!/bin/sh
        #SBATCH --job-name=lethe-digits-report
        #SBATCH --dependency=afterany:17
        #SBATCH '--output=/data/it'\\''s here/slurm/report.out'
        #SBATCH --nodes=1
        #SBATCH --ntasks=1
        #SBATCH --partition=cpu
        #SBATCH --time=02:00:00
        #SBATCH --mem=2G
        #SBATCH --qos=long
        #SBATCH '--comment=it'\\''s late'
        module load lethe
        exec '/opt/lethe' report '/data/it'\\''s here'

        """)
  }

  @Test(arguments: [
    (12, 1001, "0-11", 1), (25, 10, "0-8", 3), (20, 10, "0-9", 2), (1, 1, "0-0", 1),
  ])
  func longListsAreShared(_ trials: Int, _ largest: Int, _ array: String, _ share: Int) {
    let text = script(trials, largest: largest).array
    #expect(text.contains("--array=\(array)%8\n"))
    #expect(text.contains("line=$((SLURM_ARRAY_TASK_ID * \(share)))"))
  }

  @Test func linesCannotBeSlippedIn() {
    for line in [
      "partition: \"a\\nrm -rf b\"", "partition: \"a b; touch x\"", "partition: \"$(touch x)\"",
      "partition: -a", "partition: \"a,\"", "account: \"a b\"", "account: \"a,b\"", "account: \"\"",
      "time: \"1h\"", "time: \"02:00:00 --mem=1\"", "time: \"1-\"", "memory: 2 GB", "memory: G",
      "memory: -1", "memory: 2.5G", "options: [qos]", "setup: [\"a\\nb\"]",
    ] {
      let text = "name: a\ndata: {source: shapes}\nmodel: {family: gan}\nslurm: {\(line)}\n"
      #expect(throws: InputError.self, "\(line)") { try Experiment.parse(text, file: "a.yaml") }
    }
  }

  @Test(arguments: [
    "partition: cpu", "partition: \"gpu-a100,cpu_long.2\"", "account: lab-1@site",
    "time: \"02:00:00\"",
    "time: 90", "time: \"1-12\"", "time: \"1-12:30:00\"", "time: 90:30", "time: UNLIMITED",
    "memory: 2G", "memory: 500", "memory: 16GB", "memory: 0",
  ])
  func whatSbatchTakesIsTaken(_ line: String) throws {
    let text = "name: a\ndata: {source: shapes}\nmodel: {family: gan}\nslurm: {\(line)}\n"
    let slurm = try Experiment.parse(text, file: "a.yaml").slurm
    let value = line.drop { $0 != " " }.filter { !" \"".contains($0) }
    #expect([slurm.partition, slurm.account, slurm.time, slurm.memory].contains(value))
  }
}
