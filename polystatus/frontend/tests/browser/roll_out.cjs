// Somebody who works here and has no mouse: from the list of flags to a roll-out and back, with the script and without it.
//
// SIGN_IN="ADDRESS PASSWORD" node roll_out.cjs BASE

const puppeteer = require("puppeteer-core");

const [base] = process.argv.slice(2);
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

// Press Tab until what has the focus is as wanted, and see that it shows it.
async function tabTo(page, selector, what) {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate((selector) => document.activeElement.matches(selector), selector);
    if (found) {
      const seen = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none");
      expect(seen, `${what} does not show that it has the focus`);
      return;
    }
  }
  throw new Error(`${what} is not reached by Tab`);
}

async function press(page) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function rollOut(browser, scripted) {
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(scripted);
  await page.setExtraHTTPHeaders({ "accept-language": "en" });
  await page.goto(`${base}/login?next=/admin/flags`, { waitUntil: "load" });
  // the second one is signed in already
  if (await page.$("#password")) {
    const [email, password] = process.env.SIGN_IN.split(/ (.*)/);
    await page.type("#email", email);
    await page.type("#password", password);
    await press(page);
  }
  await page.goto(`${base}/admin/flags`, { waitUntil: "load" });
  await tabTo(page, 'a[href="/admin/flags/new-checkout"]', "the flag");
  await press(page);
  await tabTo(page, "#slider", "the slider");
  for (let presses = 0; presses < 5; presses += 1) await page.keyboard.press("ArrowRight");
  if (scripted) {
    const number = await page.$eval("#exact", (field) => field.value);
    expect(number === "30", `the number follows the slider: ${number}`);
  }
  await tabTo(page, 'form[action$="/rollout"] button', "the button");
  await press(page);
  const said = await page.$eval(".flash", (flash) => flash.textContent);
  expect(said.includes("has other parts now"), `what was done is said: ${said}`);
  const share = await page.$eval("#slider", (slider) => slider.value);
  expect(share === "30", `it is rolled out: ${share}`);
  await tabTo(page, ".flash button", "the way back");
  await press(page);
  expect((await page.$eval("#slider", (slider) => slider.value)) === "25", "it is taken back");
  await page.close();
}

async function main() {
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    await rollOut(browser, true);
    await rollOut(browser, false);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
