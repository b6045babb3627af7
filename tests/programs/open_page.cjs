// A reader who has the status page open in a real browser, reads somewhere in the middle of it, and does nothing.
//
// node open_page.cjs ADDRESS FOLDER TITLE SERVICE
//
// Says "open" once the page follows what happens, "seen" once it shows the incident, "over" once it shows it no more. All the
// while the page must not be loaded anew, and neither the focus nor what is read may move. Pictures go into the folder.

const { mkdirSync } = require("node:fs");
const path = require("node:path");
const puppeteer = require("puppeteer-core");

const [base, folder, title, service] = process.argv.slice(2);
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const PATIENCE = { timeout: 60_000 };

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

// What the reader would notice: where the focus is, where on the screen that stands, and what was open.
function seen(page) {
  return page.evaluate(() => {
    const focused = document.activeElement;
    return {
      loaded: window.loadedOnce === true,
      focus: focused.textContent.trim(),
      top: Math.round(focused.getBoundingClientRect().top),
      scrolled: window.scrollY > 0,
      open: focused.closest("details")?.open === true,
    };
  });
}

async function unmoved(page, before, when) {
  // a frame, in which the browser puts things in their places
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const after = await seen(page);
  expect(after.loaded, `${when}: the page was loaded anew`);
  expect(after.focus === before.focus, `${when}: the focus went from ${before.focus} to ${after.focus}`);
  expect(Math.abs(after.top - before.top) <= 2, `${when}: what is read moved from ${before.top} to ${after.top}`);
  expect(after.open, `${when}: what was open is closed`);
}

const showsIt = (words) => document.getElementById("incidents").textContent.includes(words);
const showsItNoMore = (words) => !document.getElementById("incidents").textContent.includes(words);

async function pictures(browser, name) {
  for (const lang of ["en", "fr"]) {
    for (const theme of ["light", "dark"]) {
      for (const width of [360, 1280]) {
        const page = await browser.newPage();
        await page.setViewport({ width, height: 900 });
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
        await page.setExtraHTTPHeaders({ "accept-language": lang });
        await page.goto(`${base}/`, { waitUntil: "load" });
        expect(await page.evaluate(showsIt, title), `the page in ${lang} does not show the incident`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(wide <= 0, `in ${lang} the page is wider than a window of ${width} pixels`);
        await page.screenshot({ path: path.join(folder, `${name}-${lang}-${theme}-${width}.png`), fullPage: true });
        await page.close();
      }
    }
  }
}

async function main() {
  mkdirSync(folder, { recursive: true });
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1000, height: 500 });
    await page.setExtraHTTPHeaders({ "accept-language": "en" });
    await page.goto(`${base}/`, { waitUntil: "load" });
    await page.waitForSelector("#live.on", PATIENCE);
    await page.evaluate((name) => {
      window.loadedOnce = true;
      const own = [...document.querySelectorAll("article.service")].find((one) => one.textContent.includes(name));
      const report = own.querySelector(".report > summary");
      report.parentElement.open = true;
      report.scrollIntoView({ block: "center", behavior: "instant" });
      report.focus({ preventScroll: true });
    }, service);
    const before = await seen(page);
    expect(before.scrolled && before.open, `there is nothing to scroll: ${JSON.stringify(before)}`);
    console.log("open");
    await page.waitForFunction(showsIt, PATIENCE, title);
    await unmoved(page, before, "when it broke");
    await page.screenshot({ path: path.join(folder, "outage-open-page.png") });
    await pictures(browser, "outage");
    await page.bringToFront();
    console.log("seen");
    await page.waitForFunction(showsItNoMore, PATIENCE, title);
    await unmoved(page, before, "when it was over");
    console.log("over");
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
