/// Sorts and filters tables and shows tooltips. The page has the same content without it.
let pageScript = """
  "use strict";
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
      const falls = head.getAttribute("aria-sort") === "ascending";
      heads.forEach(other => other.setAttribute("aria-sort", other === head ? (falls ? "descending" : "ascending") : "none"));
      const key = row => { const cell = row.cells[column]; return cell.dataset.sort ?? cell.textContent; };
      const rows = [...table.tBodies[0].rows];
      const isNumber = rows.some(row => row.cells[column].dataset.sort !== undefined);
      rows.sort((a, b) => {
        const [x, y] = [key(a), key(b)];
        if (!isNumber) return (falls ? -1 : 1) * x.localeCompare(y, undefined, {numeric: true});
        const [u, v] = [parseFloat(x), parseFloat(y)];
        if (isNaN(u) || isNaN(v)) return isNaN(u) - isNaN(v);
        return (falls ? -1 : 1) * (u - v);
      });
      table.tBodies[0].append(...rows);
    }));
  }
  for (const input of document.querySelectorAll("input.filter")) {
    const rows = [...document.getElementById(input.dataset.table).querySelectorAll("tbody tr")];
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\\s+/);
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every(word => text.includes(word));
      }
    });
  }
  const tip = document.getElementById("tip");
  const show = (target, x, y) => {
    tip.textContent = target.dataset.tip;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 12, innerWidth - box.width - 4)) + "px";
    tip.style.top = Math.max(4, y - box.height - 8) + "px";
  };
  const hide = () => { tip.hidden = true; };
  const terms = JSON.parse(document.getElementById("terms")?.textContent ?? "{}");
  const explain = root => {
    for (const target of root.querySelectorAll(".tip, [data-term]")) {
      const title = target.querySelector(":scope > title");
      const text = title?.textContent ?? terms[target.dataset.term];
      title?.remove();
      if (!text) continue;
      target.dataset.tip = text;
      target.addEventListener("pointermove", event => { event.stopPropagation(); show(target, event.clientX, event.clientY); });
      target.addEventListener("pointerleave", hide);
      target.addEventListener("focus", () => {
        const box = target.getBoundingClientRect();
        show(target, box.left + box.width / 2, box.top);
      });
      target.addEventListener("blur", hide);
    }
  };
  explain(document);
  addEventListener("keydown", event => { if (event.key === "Escape") hide(); });

  """
