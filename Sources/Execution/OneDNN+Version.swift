internal import COneDNN

/// oneDNN as it is found on this machine.
public enum OneDNNLibrary {
  /// Its version, such as `2.6.3`.
  public static var version: String {
    guard let version = dnnl_version()?.pointee else { return "unknown" }
    return "\(version.major).\(version.minor).\(version.patch)"
  }

  /// The instruction sets that it uses.
  public static var isa: String { "\(dnnl_get_effective_cpu_isa())" }
}
