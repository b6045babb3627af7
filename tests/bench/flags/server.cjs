// The two evaluations of OFREP in Node's own HTTP server, by flagd's official evaluator: the peer of
// `cargo xtask bench flags`. Arguments: the port, and a file with flags in flagd's format.

const fs = require('node:fs');
const http = require('node:http');
const { FlagdCore } = require('@openfeature/flagd-core');

const [port, file] = process.argv.slice(2);
const quiet = { error() {}, warn() {}, info() {}, debug() {} };
const core = new FlagdCore(undefined, quiet);
core.setConfigurations(fs.readFileSync(file, 'utf8'));
const PREFIX = '/ofrep/v1/evaluate/flags';

function one({ flagKey, value, variant, reason, flagMetadata }) {
  return { key: flagKey, reason, variant, value, metadata: flagMetadata };
}

function answer(path, context) {
  if (path === PREFIX) return { flags: core.resolveAll(context, quiet).map(one) };
  const flagKey = path.slice(PREFIX.length + 1);
  return one({ flagKey, ...core.resolveBooleanEvaluation(flagKey, false, context, quiet) });
}

http
  .createServer((request, response) => {
    if (request.method === 'GET') return response.end('{"status":"OK"}');
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const said = JSON.stringify(answer(request.url, JSON.parse(body).context));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(said) });
      response.end(said);
    });
  })
  .listen(Number(port), '127.0.0.1');
