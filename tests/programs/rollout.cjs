// A program that asks for a flag with OpenFeature's own clients: on a server for each of some people, and in the open pages
// of some of them, which are told of changes by the stream of their provider for OFREP.
//
// node rollout.cjs ADDRESS FLAG PEOPLE
//
// Whenever a page is told of a change it writes a line: who has the flag by the server's client, and what the pages show.

const server = require('@openfeature/server-sdk');
const { OFREPProvider } = require('@openfeature/ofrep-provider');
const web = require('@openfeature/web-sdk');
const { OFREPWebProvider } = require('@openfeature/ofrep-web-provider');
const { EventSource } = require('eventsource');

const [address, flag, count] = process.argv.slice(2);
const people = Array.from({ length: Number(count) }, (_, number) => `person-${number}`);
// Enough that each change is one for somebody: a page is told of what changes for its reader.
const pages = people.slice(0, 12);

let listening = 0;
// a browser has this
globalThis.EventSource = class extends EventSource {
  constructor(...given) {
    super(...given);
    this.addEventListener('open', () => {
      listening += 1;
      look();
    });
  }
};

let looks = false;
let again = false;

// Who has it, when two answers in a row say the same: one may have been asked for while something changed.
async function who() {
  const client = server.OpenFeature.getClient();
  for (let before = null; ; ) {
    const has = await Promise.all(people.map((person) => client.getBooleanValue(flag, false, { targetingKey: person })));
    const on = people.filter((_, place) => has[place]);
    if (before !== null && before.join() === on.join()) return on;
    before = on;
  }
}

// One look at a time; what changes meanwhile is seen by the next.
async function look() {
  if (listening < pages.length) return;
  again = true;
  if (looks) return;
  looks = true;
  while (again) {
    again = false;
    const on = await who();
    const open = Object.fromEntries(pages.map((page) => [page, web.OpenFeature.getClient(page).getBooleanValue(flag, false)]));
    console.log(JSON.stringify({ on, open }));
  }
  looks = false;
}

async function main() {
  await server.OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: address }));
  for (const page of pages) {
    const provider = new OFREPWebProvider({ baseUrl: address, changeDetection: 'sse', disableLocalCache: true });
    await web.OpenFeature.setContext(page, { targetingKey: page });
    web.OpenFeature.getClient(page).addHandler(web.ProviderEvents.ConfigurationChanged, look);
    await web.OpenFeature.setProviderAndWait(page, provider);
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
