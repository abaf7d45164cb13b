internal import CPNG
internal import CSampleRate
internal import CSndfile

extension Dataset {
  /// Versions of the libraries that decode images and sounds, by name.
  public static var libraryVersions: [String: String] {
    let texts = [
      "libpng": png_get_libpng_ver(nil), "libsndfile": sf_version_string(),
      "libsamplerate": src_get_version(),
    ]
    return texts.compactMapValues { $0.map { version(in: String(cString: $0)) } }
  }

  /// The number in `libsndfile-1.2.0`, or in `libsamplerate-0.2.2 (c) …`.
  private static func version(in text: String) -> String {
    let word = text.prefix { $0 != " " }
    return String(word.drop { !$0.isNumber })
  }
}
