internal import CPU
internal import Evaluation
internal import Media
public import Training
internal import Datasets
internal import Foundation
internal import Metrics
public import Records

extension Provenance {
  /// The versions and the machine that make the numbers of this process.
  ///
  /// - Parameters:
  ///   - threads: Number of threads of a training step.
  ///   - choice: Back end of a training step.
  ///   - commit: Commit that the program was built from; nil when that is not known.
  public static func current(
    threads: Int, on choice: BackendChoice = .cpu, commit: String? = nil
  ) -> Provenance {
    var versions = [
      "lethe": Version.current, "oneDNN": OneDNN.versionText, "OpenBLAS": BLAS.version,
    ]
    versions.merge(MediaLibraries.versions) { own, _ in own }
    versions["commit"] = commit
    return Provenance(
      versions: versions,
      machine: Machine(
        processor: processor,
        isa: choice.remark
          + "\(InstructionSet.kernels), oneDNN \(InstructionSet.oneDNN), OpenBLAS \(BLAS.core)",
        threads: threads,
        system: system))
  }

  /// Name of the processor, or the next best: its part number, or the architecture.
  private static var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let fields = text.split(separator: "\n").compactMap { line -> (String, String)? in
      let parts = line.split(separator: ":", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
    // x86 reports a name, Arm only a number.
    for key in ["model name", "CPU part"] {
      if let field = fields.first(where: { $0.0 == key }) { return field.1 }
    }
    var machine = utsname()
    guard uname(&machine) == 0 else { return "unknown" }
    return withUnsafeBytes(of: &machine.machine) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// Name of the operating system, by `/etc/os-release` where there is one.
  private static var system: String {
    let text = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
    guard let name = line?.dropFirst("PRETTY_NAME=".count) else {
      return ProcessInfo.processInfo.operatingSystemVersionString
    }
    return name.trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
  }
}
