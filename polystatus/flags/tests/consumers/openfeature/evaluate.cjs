// flagd's evaluator in JavaScript: reads a file with a set of flags and cases, and says what each case comes to.
//
// In: {"set": …, "cases": [{"flag": …, "context": {…}}]}. Out: [[variant, reason] or [null, error code]].

const fs = require('node:fs');
const { FlagdCore } = require('@openfeature/flagd-core');

const quiet = { error() {}, warn() {}, info() {}, debug() {} };
const asked = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const core = new FlagdCore(undefined, quiet);
core.setConfigurations(JSON.stringify(asked.set));

function said({ flag, context }) {
  try {
    const details = core.resolveStringEvaluation(flag, 'in the code', context, quiet);
    if (details.errorCode) return [null, details.errorCode];
    return [details.variant ?? null, details.reason];
  } catch (error) {
    return [null, error.code ?? `fell: ${error}`];
  }
}

process.stdout.write(JSON.stringify(asked.cases.map(said)));
