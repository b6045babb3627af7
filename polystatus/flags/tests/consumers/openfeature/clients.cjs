// The OpenFeature SDKs of Node and of browsers, each with its provider for OFREP, against a running service: the first
// argument is its address, the second the API token. The flags are those of `flags.json`.

const assert = require('node:assert');
const server = require('@openfeature/server-sdk');
const { OFREPProvider } = require('@openfeature/ofrep-provider');
const web = require('@openfeature/web-sdk');
const { OFREPWebProvider } = require('@openfeature/ofrep-web-provider');
const { EventSource } = require('eventsource');

const [address, token] = process.argv.slice(2);
const beta = { targetingKey: 'nadia', role: 'beta', version: '2.1.0' };
let checked = 0;

function check(key, details, value, reason, error) {
  const seen = [details.value, details.reason, details.errorCode];
  assert.deepStrictEqual(seen, [value, reason, error], `${key}: ${JSON.stringify(details)}`);
  checked += 1;
}

// kind, key, default, context, value, reason, error
const table = [
  ['Boolean', 'static', false, {}, true, 'STATIC'],
  ['String', 'text', 'x', beta, 'for testers', 'TARGETING_MATCH'],
  ['String', 'text', 'x', {}, 'for all', 'DEFAULT'],
  ['Number', 'whole', 7, beta, 10, 'STATIC'],
  ['Number', 'fraction', 7.5, beta, 1, 'STATIC'],
  ['Object', 'object', {}, beta, { rows: 3, title: 'Shop' }, 'STATIC'],
  ['Boolean', 'version', false, beta, true, 'TARGETING_MATCH'],
  ['Boolean', 'killed', true, beta, false, 'DISABLED'],
  ['Boolean', 'missing', true, beta, true, 'ERROR', 'FLAG_NOT_FOUND'],
  ['Boolean', 'broken', true, beta, true, 'ERROR', 'PARSE_ERROR'],
];

async function onServers() {
  await server.OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: address }));
  const client = server.OpenFeature.getClient();
  for (const [kind, key, byDefault, context, ...expected] of table) {
    check(key, await client[`get${kind}Details`](key, byDefault, context), ...expected, ...(expected.length < 3 ? [undefined] : []));
  }
  // off, and left to the code: this client takes the absence of a value for an error, and the value is right
  check('disabled', await client.getBooleanDetails('disabled', true, beta), true, 'ERROR', 'GENERAL');
}

async function inBrowsers() {
  // a browser has these
  globalThis.EventSource = EventSource;
  const answers = [];
  const fetchImplementation = async (request, init) => {
    const answer = await fetch(request, init);
    answers.push({ status: answer.status, url: request.url ?? String(request) });
    return answer;
  };
  const provider = new OFREPWebProvider({ baseUrl: address, fetchImplementation, changeDetection: 'sse', disableLocalCache: true });
  await web.OpenFeature.setContext(beta);
  await web.OpenFeature.setProviderAndWait(provider);
  const client = web.OpenFeature.getClient();
  for (const [kind, key, byDefault, context, ...expected] of table.filter(([, , , context]) => context === beta)) {
    if (key === 'broken') {
      // of a whole answer it tells the error of a flag without its code's own name
      assert.strictEqual(client.getBooleanDetails(key, byDefault).value, true);
      checked += 1;
      continue;
    }
    check(key, client[`get${kind}Details`](key, byDefault), ...expected, ...(expected.length < 3 ? [undefined] : []));
  }
  check('disabled', client.getBooleanDetails('disabled', true), true, 'DISABLED', undefined);

  // another person of the same key: never a 304
  await web.OpenFeature.setContext({ ...beta, role: 'viewer' });
  check('text', client.getStringDetails('text', 'x'), 'for all', 'DEFAULT', undefined);
  assert.deepStrictEqual(answers.map((answer) => answer.status), [200, 200]);
  // the same person again: nothing has changed
  await web.OpenFeature.setContext({ ...beta, role: 'viewer' });
  assert.strictEqual(answers.at(-1).status, 304);
  checked += 2;

  // a change is pushed, and the page has it without asking
  const changed = new Promise((resolve, reject) => {
    client.addHandler(web.ProviderEvents.ConfigurationChanged, resolve);
    setTimeout(() => reject(new Error('no change was pushed')), 20000).unref();
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const toggled = await fetch(`${address}/admin/toggle/static`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ on: false }),
  });
  assert.strictEqual(toggled.status, 200);
  const since = performance.now();
  await changed;
  console.error(`pushed in ${(performance.now() - since).toFixed(0)} ms`);
  assert.match(answers.at(-1).url, /flagConfigEtag=/);
  check('static', client.getBooleanDetails('static', true), true, 'DISABLED', undefined);
  await web.OpenFeature.close();
}

onServers()
  .then(inBrowsers)
  .then(() => {
    console.log(checked);
    process.exit(0);
  })
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
