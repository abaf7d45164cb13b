internal import CJPEG
internal import CPNG
internal import CSampleRate
internal import CSndfile

/// The libraries that decode images and sounds.
public enum MediaLibraries {
  /// Their versions, by name.
  public static var versions: [String: String] {
    let texts = [
      "libjpeg-turbo": lethe_jpeg_version(), "libpng": png_get_libpng_ver(nil),
      "libsndfile": sf_version_string(),
      "libsamplerate": src_get_version(),
    ]
    return texts.compactMapValues { $0.map { version(in: String(cString: $0)) } }
  }

  /// The libraries' own version texts, in a fixed order. With other texts, the same file may be decoded to
  /// something else.
  package static var identities: [String] {
    [
      String(cString: sf_version_string()), String(cString: src_get_version()),
      String(png_access_version_number()), String(cString: lethe_jpeg_version()),
    ]
  }

  /// The number in `libsndfile-1.2.0`, or in `libsamplerate-0.2.2 (c) …`.
  private static func version(in text: String) -> String {
    let word = text.prefix { $0 != " " }
    return String(word.drop { !$0.isNumber })
  }
}
