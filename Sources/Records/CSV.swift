/// Writes tables in the format of RFC 4180.
public enum CSV {
  /// A row without its line end. Cells are quoted where needed: `["a", "b,c"]` becomes `a,"b,c"`.
  public static func row(_ cells: [String]) -> String {
    cells.map(quoted).joined(separator: ",")
  }

  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
