// Opens a report in headless Chromium and checks it as a reader would: no error on the console, every picture
// loaded, tables that sort, tooltips at the focus, nothing wider than a phone.
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
  ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", `--user-data-dir=${profile}`],
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
