import Glossary
import Testing

@Suite struct CitationTests {
  private let paper = Citation(
    "a2020", "J. M. Ängström and B. van den Čech and others", "A GAN", "arXiv:2001.00001", 2020)

  @Test func aPaperInShort() {
    #expect(paper.short == "Ängström and others 2020, arXiv:2001.00001")
    #expect(paper.address == "https://arxiv.org/abs/2001.00001")
    let book = Citation(
      "b1935", "R. A. Fisher", "The design of experiments", "Oliver and Boyd", 1935)
    #expect(book.short == "Fisher 1935, Oliver and Boyd" && book.address == nil)
    let two = Citation("c2020", "A. van den Berg and C. Li", "T", "ICML", 2020)
    #expect(two.short == "van den Berg and Li 2020, ICML")
  }

  @Test func anEntryOfBibTeX() {
    #expect(
      paper.bibTeX == """
        @misc{a2020,
          author = {J. M. {\\"A}ngstr{\\"o}m and B. van den {\\v C}ech and others},
          title = {{A GAN}},
          eprint = {2001.00001},
          archiveprefix = {arXiv},
          howpublished = {arXiv:2001.00001},
          year = {2020}
        }

        """)
  }

  @Test func termsAreCollectedOnce() {
    var terms = Glossary(metrics: ["a": Meaning("first")], methods: [("m", Meaning("first"))])
    terms.add(
      Glossary(
        metrics: ["a": Meaning("second"), "b": Meaning("b")],
        methods: [("m", Meaning("second")), ("n", Meaning("n", paper))]))
    #expect(terms.metrics == ["a": Meaning("first"), "b": Meaning("b")])
    #expect(terms.methods.map(\.name) == ["m", "n"])
    #expect(terms.methods.map(\.meaning.text) == ["first", "n"])
  }
}
