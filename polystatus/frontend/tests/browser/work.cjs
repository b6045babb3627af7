// Somebody who has no mouse signs in, mistypes, opens an incident, tells the public, undoes a change, and signs out; with the script
// and without it. Pages that only come in between (what is wrong, a preview) are looked at by axe on the way, and kept as pictures.
//
// SIGN_IN="ADDRESS PASSWORD" node work.cjs BASE FOLDER

const { mkdirSync } = require("node:fs");
const path = require("node:path");
const axe = require("axe-core");
const puppeteer = require("puppeteer-core");

const [base, folder] = process.argv.slice(2);
const [email, password] = process.env.SIGN_IN.split(/ (.*)/);
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

// Press Tab until what has the focus matches.
async function tabTo(page, selector) {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) {
      const seen = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none");
      expect(seen, `${selector} does not show that it has the focus`);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`${selector} is not reached by Tab at ${page.url()}`);
}

async function type(page, selector, text) {
  await tabTo(page, selector);
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.keyboard.type(text);
}

async function press(page, selector) {
  await tabTo(page, selector);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function look(page, name) {
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
  // a script of ours is added to the page, which its policy forbids: only where scripts run, and by the back door of the tools
  if (!page.isScripted) return;
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const wrong = found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes[0].html}`);
  expect(wrong.length === 0, `${name}: ${wrong.join("; ")}`);
}

const text = (page, selector) => page.evaluate((wanted) => document.querySelector(wanted)?.textContent ?? "", selector);

async function work(browser, scripted) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.isScripted = scripted;
  await page.setBypassCSP(true);
  await page.setJavaScriptEnabled(scripted);
  await page.setExtraHTTPHeaders({ "accept-language": "en" });
  await page.setViewport({ width: 1000, height: 900 });
  await page.goto(`${base}/admin/incidents/new`, { waitUntil: "load" });
  expect(page.url().includes("/login?next="), "a stranger is led to the login");
  await type(page, "#email", email);
  await type(page, "#password", "not my password");
  await press(page, "button.primary");
  // a browser gives the focus when it draws the page, which may be after it has loaded (HTML standard, 6.6.7); asked from
  // outside, since without the script nothing in the page can wait
  let focused = "";
  for (let asked = 0; asked < 200 && focused !== "wrong"; asked += 1) {
    focused = await page.evaluate(() => document.activeElement.id);
  }
  expect(focused === "wrong", `what is wrong has the focus: ${focused}`);
  await look(page, "login-wrong");
  await type(page, "#password", password);
  await press(page, "button.primary");
  expect(page.url().endsWith("/admin/incidents/new"), `the login leads back: ${page.url()}`);

  await type(page, "#title", "Opened by keyboard");
  await press(page, "main button.primary");
  expect((await text(page, ".flash")).includes("The incident is open."), "it is said that it is open");
  await type(page, "#announcement", "Told by keyboard");
  await press(page, "form[action$='/announce'] button.primary");
  expect((await text(page, "h1")) === "Tell the public this?", "it is asked first");
  await look(page, "announcement");
  await press(page, "button[value=send]");
  expect((await text(page, ".flash")).includes("The public is told."), "it is said that it is told");
  await press(page, "form[action$='/status'] button");
  expect((await text(page, ".flash")).includes("mitigated now"), "it is mitigated");
  await look(page, "flash");
  await press(page, ".flash button");
  expect((await text(page, ".flash")).includes("open now"), "and undone");
  await page.goto(`${base}/account`, { waitUntil: "load" });
  await type(page, "#password", password);
  await press(page, "form[action='/account/second-factor'] button");
  expect((await text(page, "code.secret")).length === 32, "the secret is there to be typed by hand");
  await look(page, "second-factor");
  await press(page, "form[action='/logout'] button");
  await page.goto(`${base}/admin`, { waitUntil: "load" });
  expect(page.url().includes("/login"), "who has signed out is a stranger");
  await context.close();
}

async function main() {
  mkdirSync(folder, { recursive: true });
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    await work(browser, true);
    await work(browser, false);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
