/// The condition under which a key has an effect beside the other settings.
struct Applicability {
  /// The use of the key, such as `for backbone rnn`; nil where the family alone decides, or it has an
  /// effect in every experiment.
  let use: String?
  /// The use and what is the case instead, such as `for backbone rnn, not conv`, where the key has no effect; nil where
  /// it has one.
  let reasonAgainst: String?

  /// True where the family of the model alone keeps the key from having an effect.
  var isAgainstFamily: Bool { use == nil && reasonAgainst != nil }

  /// Lets a key have an effect in every experiment.
  static let always = Applicability(use: nil, reasonAgainst: nil)

  /// Lets a key have an effect only if the condition holds.
  ///
  /// - Parameters:
  ///   - use: The use of the key, such as `for backbone rnn`.
  ///   - alternative: What is the case where the condition does not hold, such as `not conv`; nil where the use says
  ///     it.
  static func only(_ condition: Bool, _ use: String, else alternative: String? = nil) -> Self {
    let reason = [use, alternative].compactMap(\.self).joined(separator: ", ")
    return Applicability(use: use, reasonAgainst: condition ? nil : reason)
  }
}
