/// Lets a reader choose the metric of the charts, the arms and the seed that are shown, smooth curves and enlarge pictures.
let choiceScript = """
  for (const choice of document.querySelectorAll(".choices")) choice.hidden = false;

  const hiddenArms = new Set();
  const placesOf = new WeakMap();
  const places = line => {
    if (!placesOf.has(line)) placesOf.set(line, line.getAttribute("points").split(" ").map(place => place.split(",").map(Number)));
    return placesOf.get(line);
  };
  const draw = (line, points) => line.setAttribute("points", points.map(point => point.map(v => Math.round(v * 10) / 10).join(",")).join(" "));
  const showArms = root => {
    for (const part of root.querySelectorAll("[data-arm]")) part.classList.toggle("off", hiddenArms.has(part.dataset.arm));
    for (const line of root.querySelectorAll("[data-arms]")) {
      const arms = line.dataset.arms.split("\\n");
      draw(line, places(line).filter((_, index) => !hiddenArms.has(arms[index])));
    }
  };
  for (const box of document.querySelectorAll("#arm-choice input")) {
    box.addEventListener("change", () => {
      box.checked ? hiddenArms.delete(box.value) : hiddenArms.add(box.value);
      showArms(document);
    });
  }

  const metricChoice = document.getElementById("metric-choice");
  const responses = document.getElementById("response-charts");
  if (metricChoice) {
    const primary = [...responses.querySelectorAll("svg.chart")];
    metricChoice.addEventListener("change", () => {
      const template = [...document.querySelectorAll("template[data-metric]")].find(node => node.dataset.metric === metricChoice.value);
      const charts = template ? [...template.content.cloneNode(true).querySelectorAll("svg")] : primary;
      const box = document.createElement("div");
      box.className = "charts";
      box.append(...charts);
      responses.replaceChildren(box);
      if (template) explain(box);
      showArms(box);
      addChartButtons(box);
    });
  }

  const seedChoice = document.getElementById("seed-choice");
  seedChoice?.addEventListener("change", () => {
    const seed = seedChoice.value;
    const first = new Set();
    for (const figure of document.querySelectorAll("figure[data-seed]")) {
      const isFirst = !first.has(figure.dataset.arm);
      first.add(figure.dataset.arm);
      figure.hidden = seed ? figure.dataset.seed !== seed : !isFirst;
    }
  });

  const training = document.getElementById("training");
  document.getElementById("seed-curves")?.addEventListener("change", event => training.classList.toggle("seeds-shown", event.target.checked));
  // Exponential moving average that makes up for its start; heights on the page are linear in the values.
  const smoothed = (points, keep) => {
    let [sum, weight] = [0, 0];
    return points.map(([x, y]) => {
      [sum, weight] = [keep * sum + (1 - keep) * y, keep * weight + (1 - keep)];
      return [x, sum / weight];
    });
  };
  document.getElementById("smoothing")?.addEventListener("input", event => {
    const keep = Number(event.target.value);
    for (const line of training.querySelectorAll("polyline.curve:not(.level)")) draw(line, smoothed(places(line), keep));
    for (const band of training.querySelectorAll("polyline.curve-band")) {
      const points = places(band);
      const [upper, lower] = [points.slice(0, points.length / 2), points.slice(points.length / 2).reverse()];
      draw(band, smoothed(upper, keep).concat(smoothed(lower, keep).reverse()));
    }
  });

  const enlarged = document.getElementById("enlarged");
  for (const picture of document.querySelectorAll("figure img")) {
    picture.classList.add("enlargeable");
    picture.tabIndex = 0;
    picture.setAttribute("role", "button");
    picture.setAttribute("aria-label", picture.alt + ": enlarge");
    const open = () => {
      const copy = new Image();
      copy.src = picture.src;
      copy.alt = picture.alt;
      enlarged.replaceChildren(copy);
      enlarged.showModal();
    };
    picture.addEventListener("click", open);
    picture.addEventListener("keydown", event => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(); }
    });
  }
  enlarged.addEventListener("click", () => enlarged.close());

  """
