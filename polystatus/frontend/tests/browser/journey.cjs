// A reader who has no mouse: from the top of the page to a report that counts, with the script and without it.
//
// node journey.cjs BASE

const puppeteer = require("puppeteer-core");

const [base] = process.argv.slice(2);
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

// Press Tab until what has the focus is as wanted.
async function tabTo(page, wanted, what) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(wanted);
    if (found) {
      const seen = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none");
      expect(seen, `${what} does not show that it has the focus`);
      return;
    }
  }
  throw new Error(`${what} is not reached by Tab`);
}

async function report(browser, scripted) {
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(scripted);
  await page.setExtraHTTPHeaders({ "accept-language": "en" });
  await page.goto(`${base}/`, { waitUntil: "load" });
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement.getAttribute("href"));
  expect(first === "#main", "the first thing that is reached skips to the content");
  await page.keyboard.press("Enter");
  await tabTo(page, () => document.activeElement.matches(".report > summary"), "the button of a report");
  await page.keyboard.press("Enter");
  await tabTo(page, () => document.activeElement.name === "symptom", "the first symptom");
  if (scripted) {
    await page.keyboard.press("Enter");
    await page.waitForSelector(".said-here");
    const said = await page.evaluate(() => document.activeElement.textContent);
    expect(said.includes("Thank you. It counts."), `the answer has the focus: ${said}`);
    const open = await page.evaluate(() => document.querySelector(".report").open);
    expect(open, "what was open stays open");
  } else {
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    const title = await page.evaluate(() => document.querySelector("h1").textContent);
    expect(title === "Thank you. It counts.", `the answer is a page: ${title}`);
  }
  await page.close();
}

async function main() {
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    await report(browser, true);
    await report(browser, false);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
