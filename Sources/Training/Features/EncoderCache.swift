public import Foundation
internal import Execution
internal import Layers
internal import Metrics
internal import Records

/// A folder of trained encoders, a file each under the hash of what it was trained on.
public struct EncoderCache: Sendable {
  /// Changes when the same data would give another encoder.
  private static let version = 1

  private let folder: URL

  /// Names a folder, which need not be there.
  public init(_ folder: URL) {
    self.folder = folder
  }

  /// `lethe` in the user's folder for caches: `$XDG_CACHE_HOME` or `~/.cache`.
  public static var standard: EncoderCache {
    let chosen = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"].flatMap {
      $0.hasPrefix("/") ? URL(fileURLWithPath: $0, isDirectory: true) : nil
    }
    let home = FileManager.default.homeDirectoryForCurrentUser
    let folder = chosen ?? home.appendingPathComponent(".cache", isDirectory: true)
    return EncoderCache(folder.appendingPathComponent("lethe", isDirectory: true))
  }

  /// The name of the encoder of a training set.
  static func key(
    _ training: RawExamples, sampleRateHz: Int?, _ experiment: Experiment
  ) -> String {
    let description =
      "\(version) \(training.shape) \(sampleRateHz ?? 0) \(experiment.trialHash(seed: experiment.seed))"
    // Two independent hashes of 64 bits each.
    var (first, second) = (UInt64(0xcbf2_9ce4_8422_2325), UInt64(0x9E37_79B9_7F4A_7C15))
    func add(_ word: UInt64) {
      first = (first ^ word) &* 0x100_0000_01b3
      first ^= first >> 32
      second = (second &+ word) &* 0xBF58_476D_1CE4_E5B9
      second ^= second >> 29
    }
    for byte in description.utf8 { add(UInt64(byte)) }
    for value in training.values { add(UInt64(value.bitPattern)) }
    return [first, second].map { hash in
      let digits = String(hash, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// The parameters of an encoder; nil when the file is not there or not usable.
  func read(_ key: String, _ parameters: [Parameter]) -> VariableStore? {
    guard let file = try? SafetensorsFile(url(key)) else { return nil }
    let variables = VariableStore()
    for parameter in parameters {
      guard file.shape(of: parameter.name) == parameter.shape else { return nil }
      let values = variables.declare(
        parameter.name, count: parameter.shape.reduce(1, *))
      guard (try? file.read(parameter.name, into: values)) != nil,
        values.allSatisfy(\.isFinite)
      else { return nil }
    }
    return variables
  }

  /// Keeps the parameters of an encoder.
  ///
  /// - Returns: Why that was not possible, or nil.
  func write(_ key: String, _ parameters: [Parameter], _ variables: VariableStore) -> String? {
    let tensors = parameters.compactMap { parameter in
      variables[parameter.name].map {
        Safetensors.Tensor(
          name: parameter.name, shape: parameter.shape, values: UnsafeBufferPointer($0))
      }
    }
    do {
      try createFolder(folder)
      try Safetensors.write(to: url(key), tensors: tensors)
      return nil
    } catch {
      return "the encoder is not cached: \(error)"
    }
  }

  private func url(_ key: String) -> URL {
    folder.appendingPathComponent("encoder-\(key).safetensors")
  }
}
