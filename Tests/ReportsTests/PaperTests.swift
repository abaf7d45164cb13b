import Foundation
import Glossary
import Records
import Reports
import Testing

@Suite struct PaperTests {
  private func paper(_ made: MadeResults) throws -> Paper {
    let glossary = Glossary(
      metrics: [
        "recall": Meaning("What is covered", .kynkaanniemi2019),
        "unused": Meaning("What no arm has", .heusel2017),
      ], methods: [("bernoulli", Meaning("Zeroes units", .srivastava2014))])
    return try Report(reading: made.results) { _ in glossary }.paper()
  }

  private func text(_ paper: Paper, _ name: String) throws -> String {
    try #require(paper.texts.first { $0.name == name }).text
  }

  @Test func papersAreThoseOfWhatWasUsed() throws {
    let paper = try paper(MadeResults { rate, seed in 0.3 + rate / 5 + Double(seed % 3) / 50 })
    let bibliography = try text(paper, "methods.bib")
    let keys = bibliography.matches(of: /@misc\{(\w+),/).map { String($0.1) }
    #expect(
      keys == [
        "srivastava2014", "kynkaanniemi2019", "fisher1935", "westfall1993", "benjamini1995",
      ])
    #expect(bibliography.contains("T. Kynk{\\\"a}{\\\"a}nniemi and others"))
    let methods = try text(paper, "methods.tex")
    #expect(methods.contains("recall (what is covered)~\\cite{kynkaanniemi2019}"))
    #expect(methods.contains("bernoulli (zeroes units)~\\cite{srivastava2014}"))
    let cited = methods.matches(of: /\\cite\{([^}]*)\}/).flatMap { $0.1.split(separator: ",") }
    #expect(Set(cited.map(String.init)) == Set(keys))
  }

  @Test func tablesAreThoseOfTheReport() throws {
    let made = try MadeResults { rate, seed in 0.3 + rate / 5 + Double(seed % 3) / 50 }
    let paper = try paper(made)
    let rows = try text(paper, "verdicts.csv").split(separator: "\r\n")
    #expect(rows.count == 1 + 3 * 2)
    #expect(rows[3].hasPrefix("generator-bernoulli-0.3,recall,0.06"))
    #expect(rows[3].hasSuffix(",8 of 8,better"))
    let table = try text(paper, "verdicts.tex")
    #expect(table.contains("\\begin{longtable}{llrrrrrll}"))
    #expect(table.contains("generator-bernoulli-0.3 & recall & 0.060 & "))
    #expect(table.contains("closer\\_to\\_train"))
    #expect(paper.charts.map(\.name).prefix(2) == ["recall-by-rate", "closer-to-train-by-rate"])
    #expect(paper.charts.allSatisfy { $0.svg.hasPrefix("<svg xmlns=") && !$0.svg.contains("var(") })
    #expect(try self.paper(made).texts.map(\.text) == paper.texts.map(\.text))
  }

  /// Names that mean something to TeX, or that its fonts lack.
  @Test func namesAreSetAsTheyStand() throws {
    let name = #"50% <a> & "b" $x_1^2$ \end{x} {~} # 中 é −"#
    let made = try MadeResults(name: name) { rate, _ in rate }
    let page = try text(paper(made), "page.tex")
    #expect(
      page.contains(
        ##"50\% \textless{}a\textgreater{} \& \textquotedbl{}b\textquotedbl{} \$x\_1\textasciicircum{}2\$ "##
          + ##"\textbackslash{}end\{x\} \{\textasciitilde{}\} \# [U+4E2D] é $-$"##))
  }
}
