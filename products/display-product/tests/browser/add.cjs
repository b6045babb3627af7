// Somebody who has no mouse adds a product: first with a price that is none, and then with a right one. No script runs on
// the pages.
//
// node add.cjs BASE TOKEN

const axe = require("axe-core");
const puppeteer = require("puppeteer-core");

const [base, token] = process.argv.slice(2);
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

// Press Tab until what has the focus is as wanted.
async function tabTo(page, selector) {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate((wanted) => document.activeElement.matches(wanted), selector);
    if (found) {
      const seen = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none");
      expect(seen, `${selector} does not show that it has the focus`);
      return;
    }
  }
  throw new Error(`${selector} is not reached by Tab`);
}

async function main() {
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    await page.setExtraHTTPHeaders({ "accept-language": "en" });
    // its own tool runs in the page, where the policy lets nothing run
    await page.setBypassCSP(true);
    await page.goto(`${base}/products/new`, { waitUntil: "load" });
    await tabTo(page, "#name");
    await page.keyboard.type("Kettle");
    await tabTo(page, "#description");
    await page.keyboard.type("Boils a litre.");
    await tabTo(page, "#price");
    await page.keyboard.type("cheap");
    await tabTo(page, "#token");
    await page.keyboard.type(token);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    const wrong = await page.evaluate(() => document.querySelector("[role=alert]")?.textContent ?? "");
    expect(wrong.includes("Give a price"), `what is wrong is said: ${wrong}`);
    const kept = await page.evaluate(() => document.getElementById("name").value);
    expect(kept === "Kettle", `what was typed is there: ${kept}`);
    await page.evaluate(axe.source);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    expect(found.violations.length === 0, JSON.stringify(found.violations.map((one) => one.id)));
    await tabTo(page, "#price");
    await page.keyboard.down("Control");
    await page.keyboard.press("a");
    await page.keyboard.up("Control");
    await page.keyboard.type("39");
    await tabTo(page, "#token");
    await page.keyboard.type(token);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    const title = await page.evaluate(() => document.querySelector("h1").textContent);
    expect(title === "Kettle" && /\/products\/\d+$/.test(page.url()), `it is shown: ${title} at ${page.url()}`);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
