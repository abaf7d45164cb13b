/// The commit of the checkout that this program was built from, with a `+` where its files were changed since; nil
/// when it was not built from one.
public let builtCommit: String? = commit.isEmpty ? nil : commit
