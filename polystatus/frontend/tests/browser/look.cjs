// Looks at every page in a real browser: both languages, both themes, two widths. For each it asks axe for violations, looks
// whether anything is wider than the window, and keeps a picture.
//
// node look.cjs BASE FOLDER PATH...
//
// With SIGN_IN="ADDRESS PASSWORD" somebody signs in first, and the pages are those that this person sees.

const { existsSync, mkdirSync } = require("node:fs");
const path = require("node:path");
const axe = require("axe-core");
const puppeteer = require("puppeteer-core");

const [base, folder, ...paths] = process.argv.slice(2);
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const WIDTHS = [360, 1280];

async function main() {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is not installed`);
  mkdirSync(folder, { recursive: true });
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  const wrong = [];
  try {
    if (process.env.SIGN_IN) await signIn(browser, ...process.env.SIGN_IN.split(/ (.*)/));
    for (const lang of ["en", "fr"]) {
      for (const theme of ["light", "dark"]) {
        for (const width of WIDTHS) {
          for (const where of paths) {
            wrong.push(...(await look(browser, { lang, theme, width, where })));
          }
        }
      }
    }
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify({ looked: paths.length * 8, wrong }, null, 1));
  process.exitCode = wrong.length ? 1 : 0;
}

async function signIn(browser, email, password) {
  const page = await browser.newPage();
  await page.goto(`${base}/login`);
  await page.type("#email", email);
  await page.type("#password", password);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  if (!page.url().endsWith("/admin")) throw new Error(`not signed in, but at ${page.url()}`);
  await page.close();
}

async function look(browser, { lang, theme, width, where }) {
  const page = await browser.newPage();
  const wrong = [];
  const note = (what) => wrong.push({ where, lang, theme, width, what });
  page.on("console", (said) => {
    // a page that is not there is one of those that are looked at
    if (said.type() === "error" && !said.text().includes("404")) note(`console: ${said.text()}`);
  });
  page.on("pageerror", (error) => note(`script: ${error.message}`));
  page.on("request", (asked) => {
    // the browser draws the calendar of a field for times from a picture of its own, which it fetches from nowhere
    if (!asked.url().startsWith(base) && !asked.url().startsWith("data:")) note(`a request to another site: ${asked.url()}`);
  });
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: theme },
    // a colour on its way to another is neither
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
  await page.setExtraHTTPHeaders({ "accept-language": lang });
  // its own tool runs in the page, where the policy lets nothing run but what is ours
  await page.setBypassCSP(true);
  await page.goto(base + where, { waitUntil: "load" });
  const all = await page.$$("details");
  const name = `${where.replaceAll(/[^a-z0-9]+/gi, "_")}-${lang}-${theme}-${width}`;
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
  for (const one of all) await one.evaluate((details) => (details.open = true));
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const one of found.violations) {
    note(`${one.id} (${one.impact}): ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) note(`wider than the window by ${wide} pixels`);
  if (all.length && where === "/") {
    await page.screenshot({ path: path.join(folder, `${name}-open.png`), fullPage: true });
  }
  const told = await page.evaluate(() => document.documentElement.lang);
  if (told !== lang) note(`lang is ${told}`);
  await page.close();
  return wrong;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 2;
});
