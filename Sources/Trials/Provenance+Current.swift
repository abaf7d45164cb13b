internal import CPU
internal import Evaluation
internal import Media
public import Training
internal import Datasets
internal import Foundation
internal import Metrics
public import Records

extension Provenance {
  /// What numbers of this process are made by.
  ///
  /// - Parameters:
  ///   - threads: Of a training step.
  ///   - choice: What computes a training step.
  ///   - commit: That the program was built from; nil when that is not known.
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
        isa: (choice == .reference ? "reference back end, " : "")
          + "\(InstructionSet.kernels), oneDNN \(InstructionSet.oneDNN), OpenBLAS \(BLAS.core)",
        threads: threads,
        system: system))
  }

  /// The processor by its own name, or what there is of one.
  private static var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let fields = text.split(separator: "\n").compactMap { line -> (String, String)? in
      let parts = line.split(separator: ":", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
    // x86 has a name; Arm has numbers.
    for key in ["model name", "CPU part"] {
      if let field = fields.first(where: { $0.0 == key }) { return field.1 }
    }
    var machine = utsname()
    guard uname(&machine) == 0 else { return "unknown" }
    return withUnsafeBytes(of: &machine.machine) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// The operating system as its own file names it.
  private static var system: String {
    let text = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
    guard let name = line?.dropFirst("PRETTY_NAME=".count) else {
      return ProcessInfo.processInfo.operatingSystemVersionString
    }
    return name.trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
  }
}
