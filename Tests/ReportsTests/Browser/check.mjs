// Opens a report in headless Chromium and checks it as a reader would: no error on the console, every picture
// loaded, tables that sort, tooltips at the focus, choices that change what is shown, buttons that save, sounds that play,
// nothing wider than a phone.
//
//   node check.mjs chromium REPORT.html [SCREENSHOT.png]
//
// Prints one JSON object. Speaks the DevTools protocol over pipes and needs no package.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [program, report, screenshot] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "lethe-chromium-"));
const browser = spawn(
  program,
  ["--headless=new", "--autoplay-policy=no-user-gesture-required", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", `--user-data-dir=${profile}`],
  { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
);

let last = 0;
let buffer = "";
const pending = new Map();
const problems = [];
browser.stdio[4].setEncoding("utf8").on("data", (data) => {
  buffer += data;
  for (let end; (end = buffer.indexOf("\0")) >= 0; buffer = buffer.slice(end + 1)) {
    const message = JSON.parse(buffer.slice(0, end));
    if (message.id) {
      const { resolve, reject } = pending.get(message.id);
      message.error ? reject(new Error(message.error.message)) : resolve(message.result);
    } else if (message.method === "Runtime.exceptionThrown") {
      problems.push(message.params.exceptionDetails.text);
    } else if (message.method === "Log.entryAdded") {
      problems.push(message.params.entry.text);
    } else if (message.method === "Runtime.consoleAPICalled") {
      problems.push(message.params.type);
    }
  }
});

let session;
const send = (method, params = {}) =>
  new Promise((resolve, reject) => {
    pending.set(++last, { resolve, reject });
    browser.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId: session }) + "\0");
  });
const evaluate = async (expression) => {
  const answer = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
  if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? "failed");
  return answer.result.value;
};

const open = async (width) => {
  await send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
  await send("Page.navigate", { url: pathToFileURL(report).href });
  await evaluate("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))");
};

try {
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  session = (await send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
  for (const domain of ["Page", "Runtime", "Log"]) await send(`${domain}.enable`);
  await open(1280);
  const result = await evaluate(`(async () => {
    const pictures = [...document.images];
    await Promise.all(pictures.map(picture => picture.decode().catch(() => {})));
    const table = document.querySelector("#table table");
    const column = [...table.tHead.rows[0].cells].findIndex(cell => cell.textContent.trim() === "mean");
    const values = () => [...table.tBodies[0].rows].map(row => parseFloat(row.cells[column].dataset.sort)).filter(v => !isNaN(v));
    const button = table.tHead.rows[0].cells[column].querySelector("button");
    button.click();
    const rising = values();
    const state = button.parentElement.getAttribute("aria-sort");
    button.click();
    const falling = values();
    const filter = document.querySelector("input.filter");
    filter.value = "recall";
    filter.dispatchEvent(new Event("input"));
    const shown = [...table.tBodies[0].rows].filter(row => !row.hidden);
    const point = document.querySelector("svg .tip[tabindex]");
    point.focus();
    const tip = document.getElementById("tip");
    const headings = [...document.querySelectorAll("h1, h2, h3")].map(heading => Number(heading.tagName[1]));
    return {
      pictures: pictures.length,
      broken: pictures.filter(picture => picture.naturalWidth === 0).length,
      withoutText: pictures.filter(picture => !picture.alt).length,
      charts: document.querySelectorAll("svg.chart").length,
      rises: rising.every((value, index) => index === 0 || rising[index - 1] <= value),
      falls: falling.every((value, index) => index === 0 || falling[index - 1] >= value),
      sorted: rising.length, ariaSort: state,
      filtered: shown.length > 0 && shown.every(row => row.textContent.includes("recall")),
      tooltip: !tip.hidden && tip.textContent === point.dataset.tip && tip.textContent.length > 0,
      headingsInOrder: headings.every((level, index) => index === 0 ? level === 1 : level <= headings[index - 1] + 1),
      landmarks: ["header", "nav", "main", "footer"].every(name => document.querySelector(name)),
      external: [...document.querySelectorAll("[src], link[href]")].map(node => node.src ?? node.href)
        .filter(address => address && !address.startsWith("data:")).length,
    };
  })()`);
  Object.assign(result, await evaluate(`(async () => {
    const change = (node, value) => {
      if (node.type === "checkbox") node.checked = value; else node.value = value;
      node.dispatchEvent(new Event(node.type === "range" ? "input" : "change"));
    };
    const byId = id => document.getElementById(id);
    const isShown = node => node.getClientRects().length > 0;
    const titles = () => [...document.querySelectorAll("#response-charts svg")].map(chart => chart.getAttribute("aria-label"));

    const term = document.querySelector('#table [data-term="recall"]');
    term.dispatchEvent(new PointerEvent("pointermove", { clientX: 5, clientY: 5 }));
    const explains = byId("tip").textContent.startsWith("What is <covered>. Better: higher");
    const before = titles().join();
    change(byId("metric-choice"), "vendi");
    const other = titles();
    change(byId("metric-choice"), "");
    const choosesMetric = other.length === 2 && other.every(title => title.startsWith("vendi")) && titles().join() === before;

    byId("arm-choice").open = true;
    const box = [...document.querySelectorAll("#arm-choice input")].find(input => input.value.startsWith("generator-bernoulli-0.3"));
    const parts = [...document.querySelectorAll("[data-arm]")].filter(part => part.dataset.arm === box.value && isShown(part));
    const line = [...document.querySelectorAll("[data-arms]")].find(node => node.dataset.arms.includes(box.value));
    const points = () => line.getAttribute("points").split(" ").length;
    const all = points();
    change(box, false);
    const hidesArm = parts.length > 4 && !parts.some(isShown) && points() === all - 1;
    change(box, true);

    const seeds = () => [...document.querySelectorAll("figure[data-seed]")].filter(isShown).map(figure => figure.dataset.seed);
    const first = seeds();
    change(byId("seed-choice"), "5");
    const choosesSeed = first.length === 8 && seeds().length === 8 && seeds().every(seed => seed === "5");

    const curve = document.querySelector("#training .seed-curve");
    const wasShown = isShown(curve);
    change(byId("seed-curves"), true);
    const showsSeeds = !wasShown && isShown(curve);
    const rough = curve.getAttribute("points");
    change(byId("smoothing"), "0.9");
    const smooth = curve.getAttribute("points");
    change(byId("smoothing"), "0");
    const smooths = smooth !== rough && smooth.split(" ").length === rough.split(" ").length && curve.getAttribute("points") === rough;

    const picture = document.querySelector("figure img");
    picture.click();
    const enlarges = byId("enlarged").open && byId("enlarged").querySelector("img").src === picture.src;
    byId("enlarged").close();

    const sound = document.querySelector("audio");
    await sound.play();
    await new Promise(done => sound.addEventListener("ended", done));
    const plays = sound.currentTime > 0.05;

    const saved = {};
    const links = [];
    HTMLAnchorElement.prototype.click = function () { links.push([this.download, this.href]); };
    const press = root => [...root.querySelectorAll(".save button")].forEach(button => button.click());
    press(document.querySelector("#response .saved"));
    press(byId("table").querySelector(".save").parentElement);
    while (links.length < 4) await new Promise(done => setTimeout(done, 20));
    for (const [name, address] of links) saved[name] = (await (await fetch(address)).text()).slice(0, 40);
    return { explains, choosesMetric, hidesArm, choosesSeed, showsSeeds, smooths, enlarges, plays, saved };
  })()`));
  await open(390);
  result.phoneOverflow = await evaluate("document.documentElement.scrollWidth - innerWidth");
  if (screenshot) {
    await open(1280);
    const shot = await send("Page.captureScreenshot", { captureBeyondViewport: true });
    writeFileSync(screenshot, Buffer.from(shot.data, "base64"));
  }
  result.problems = problems;
  console.log(JSON.stringify(result));
} finally {
  browser.kill("SIGKILL");
  rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
