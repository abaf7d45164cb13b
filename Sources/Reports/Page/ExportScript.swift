internal import Foundation

/// The style of a chart in a file of its own, as a JSON text.
private let standaloneChartStyleAsJSON =
  (try? JSONEncoder().encode(standaloneChartStyle)).map { String(decoding: $0, as: UTF8.self) }
  ?? "\"\""

/// Gives each chart buttons that save it as SVG and PNG, and each table buttons that save it as CSV and LaTeX.
let exportScript = """
  const save = (name, content, type) => {
    const link = document.createElement("a");
    link.href = content instanceof Blob ? URL.createObjectURL(content) : URL.createObjectURL(new Blob([content], {type}));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const fileName = text => text.trim().toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 80) || "lethe";
  const buttons = (name, kinds) => {
    const row = document.createElement("div");
    row.className = "save";
    for (const [kind, action] of kinds) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = kind;
      button.setAttribute("aria-label", `Save ${name} as ${kind}`);
      button.addEventListener("click", action);
      row.append(button);
    }
    return row;
  };

  const lightStyle = \(standaloneChartStyleAsJSON);
  const standalone = chart => {
    const copy = chart.cloneNode(true);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    for (const node of copy.querySelectorAll(".off")) node.remove();
    for (const node of copy.querySelectorAll("[data-tip]")) { delete node.dataset.tip; node.removeAttribute("tabindex"); }
    if (!training?.classList.contains("seeds-shown")) for (const node of copy.querySelectorAll(".seed-curve")) node.remove();
    const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = lightStyle + ".seed-curve{display:inline}";
    copy.prepend(style);
    return new XMLSerializer().serializeToString(copy);
  };
  const asPNG = chart => new Promise(done => {
    const { width, height } = chart.viewBox.baseVal;
    const picture = new Image();
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [2 * width, 2 * height];
      const context = canvas.getContext("2d");
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(done, "image/png");
    };
    const text = standalone(chart).replace("<svg", `<svg width="${width}" height="${height}"`);
    picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  });
  const addChartButtons = root => {
    for (const chart of root.querySelectorAll("svg.chart")) {
      if (chart.parentElement.classList.contains("saved")) continue;
      const name = chart.getAttribute("aria-label");
      const box = document.createElement("div");
      box.className = "saved";
      chart.replaceWith(box);
      box.append(chart, buttons(name, [
        ["SVG", () => save(fileName(name) + ".svg", standalone(chart), "image/svg+xml")],
        ["PNG", async () => save(fileName(name) + ".png", await asPNG(chart))],
      ]));
    }
  };
  addChartButtons(document);

  const commands = \(LaTeX.commandsAsJSON);
  const texText = text => [...text].map(letter => commands[letter] ?? letter).join("");
  const shown = table => [...table.rows].filter(row => !row.hidden);
  const asCSV = table => shown(table).map(row => [...row.cells].map(cell => {
    const text = cell.dataset.sort ?? cell.textContent;
    return /[",\\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }).join(",") + "\\r\\n").join("");
  const asLaTeX = table => {
    const [head, ...rows] = shown(table).map(row => [...row.cells].map(cell => texText(cell.textContent)).join(" & ") + " \\\\\\\\");
    const columns = [...table.rows[1]?.cells ?? []].map(cell => cell.classList.contains("number") ? "r" : "l").join("");
    return ["\\\\begin{tabular}{" + columns + "}", "\\\\toprule", head, "\\\\midrule", ...rows, "\\\\bottomrule", "\\\\end{tabular}", ""].join("\\n");
  };
  for (const table of document.querySelectorAll(".scroll > table")) {
    const name = table.caption.textContent;
    table.parentElement.after(buttons(name, [
      ["CSV", () => save(fileName(name) + ".csv", asCSV(table), "text/csv")],
      ["LaTeX", () => save(fileName(name) + ".tex", asLaTeX(table), "application/x-tex")],
    ]));
  }
  """
