// Opens the example page in a browser, signs in with a token, and prints what the page shows: what it says of the
// connection, then each line of its list as it comes.
const puppeteer = require("puppeteer-core");

const [page, url, token] = process.argv.slice(2);

(async () => {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  const tab = await browser.newPage();
  await tab.exposeFunction("shown", (text) => console.log(JSON.stringify(text)));
  await tab.goto(`file://${page}`);
  await tab.evaluate(() => {
    const tell = () => window.shown([state.textContent, ...[...files.children].map((line) => line.textContent)]);
    const [state, files] = ["state", "files"].map((id) => document.getElementById(id));
    const observer = new MutationObserver(tell);
    for (const node of [state, files]) observer.observe(node, { childList: true, characterData: true, subtree: true });
  });
  await tab.$eval("#url", (input, value) => { input.value = value; }, url);
  await tab.type("#token", token);
  await tab.click("button");
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
