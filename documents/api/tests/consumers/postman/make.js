// Makes documents/api/postman_collection.json from swagger.yaml, and writes it to standard output.
//
// Every operation is in it, in a folder for each tag, as openapi-to-postmanv2 makes it. Before them is a walk through the
// service, of the same requests, in an order and with the bodies that make sense, and with tests: the status, the schema
// that the document promises for it, and what the step is about. Newman runs the walk.

const fs = require("fs");
const { promisify } = require("util");
const { convertV2 } = require("openapi-to-postmanv2");
const YAML = require("js-yaml");

const text = fs.readFileSync(process.argv[2], "utf8");
const openapi = YAML.load(text);

// The walk: operation, name, what is sent, the status, and more tests. `body` is the JSON answer.
const WALK = [
  {
    does: "POST /api/v1/users", name: "An admin makes a user", token: "{{apiToken}}", status: 201,
    json: { login: "{{login}}", password: "{{password}}" },
    tests: ["pm.expect(body.login).to.equal(pm.variables.get('login'));"],
  },
  {
    does: "POST /api/v1/login", name: "The user logs in", status: 200,
    json: { login: "{{login}}", password: "{{password}}" },
    tests: ["pm.collectionVariables.set('bearerToken', body.token);", "pm.collectionVariables.set('userId', body.user_id);"],
  },
  {
    does: "GET /api/v1/me", name: "Whose token it is", status: 200,
    tests: ["pm.expect(body.user_id).to.equal(Number(pm.variables.get('userId')));", "pm.expect(body.admin).to.equal(false);"],
  },
  {
    does: "GET /api/v1/changes", name: "Where the feed stands", status: 200, query: { limit: "500" },
    tests: ["pm.collectionVariables.set('seq', body.length ? body[body.length - 1].seq : 0);"],
  },
  {
    does: "POST /api/v1/files", name: "Upload a file", status: 201, form: { file: "{{file}}", name: "walk.bin" },
    tests: [
      "pm.expect(body.version).to.equal(1);",
      "pm.expect(body.size).to.equal(Number(pm.variables.get('size')));",
      "pm.expect(pm.response.headers.get('Location')).to.equal(`/api/v1/files/${body.id}`);",
      "pm.collectionVariables.set('id', body.id);",
      "pm.collectionVariables.set('sha256', body.sha256);",
      "pm.collectionVariables.set('etag', pm.response.headers.get('ETag'));",
    ],
  },
  {
    does: "GET /api/v1/files/{id}", name: "Read it", status: 200,
    tests: ["pm.expect(body.sha256).to.equal(pm.variables.get('sha256'));"],
  },
  {
    does: "GET /api/v1/files/{id}/content", name: "Download it", status: 200,
    tests: [
      "pm.expect(pm.response.stream.length).to.equal(Number(pm.variables.get('size')));",
      "const sum = CryptoJS.SHA256(CryptoJS.lib.WordArray.create(new Uint8Array(pm.response.stream))).toString();",
      "pm.expect(sum).to.equal(pm.variables.get('sha256'));",
    ],
  },
  {
    does: "PUT /api/v1/files/{id}", name: "Give it another name", status: 200, json: { name: "renamed.bin" },
    header: { "If-Match": "{{etag}}" },
    tests: ["pm.expect([body.name, body.version]).to.eql(['renamed.bin', 2]);"],
  },
  {
    does: "PUT /api/v1/files/{id}", name: "Not over somebody else's change", status: 412, json: { name: "late.bin" },
    header: { "If-Match": "{{etag}}" }, tests: ["pm.expect(body.error).to.be.a('string');"],
  },
  {
    does: "GET /api/v1/files/{id}/versions", name: "Every version", status: 200,
    tests: ["pm.expect(body.map((version) => version.name)).to.eql(['walk.bin', 'renamed.bin']);"],
  },
  {
    does: "GET /api/v1/files/{id}/versions/{version}/content", name: "The first version's content", status: 200,
    tests: ["pm.expect(pm.response.stream.length).to.equal(Number(pm.variables.get('size')));"],
  },
  {
    does: "DELETE /api/v1/files/{id}", name: "Delete it", status: 204,
    tests: ["pm.expect(pm.response.stream.length).to.equal(0);"],
  },
  {
    does: "GET /api/v1/files/{id}", name: "It is gone", status: 404,
    tests: ["pm.expect(body.error).to.equal('File not found');"],
  },
  {
    does: "GET /api/v1/changes", name: "What happened, in order", status: 200, query: { after: "{{seq}}", limit: "100" },
    tests: [
      "const own = body.filter((change) => change.file.id === Number(pm.variables.get('id')));",
      "pm.expect(own.map((change) => change.kind)).to.eql(['created', 'updated', 'deleted']);",
      "pm.expect(body.map((change) => change.seq)).to.eql([...body.map((change) => change.seq)].sort((a, b) => a - b));",
      "pm.expect(pm.response.headers.has('Documents-Epoch')).to.equal(true);",
    ],
  },
  { does: "POST /api/v1/logout", name: "Log out", status: 204, tests: [] },
  { does: "GET /api/v1/me", name: "The token is good no more", status: 401, tests: ["pm.expect(body.error).to.be.a('string');"] },
];

// The document's schema as JSON Schema: with everything that it refers to, and without what is for readers alone.
function schemaOf(value) {
  if (Array.isArray(value)) return value.map(schemaOf);
  if (value === null || typeof value !== "object") return value;
  if (value.$ref) return schemaOf(value.$ref.slice(2).split("/").reduce((at, key) => at[key], openapi));
  const kept = Object.entries(value).filter(([key]) => !["description", "example", "examples", "format", "default"].includes(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, schemaOf(inner)]));
}

function testsOf(step, operation) {
  const answer = operation.responses[step.status];
  if (!answer) throw new Error(`${step.does} does not tell of ${step.status}`);
  const json = answer.content?.["application/json"];
  const lines = [`pm.test("status ${step.status}", () => pm.response.to.have.status(${step.status}));`];
  if (json) {
    lines.push(`const schema = ${JSON.stringify(schemaOf(json.schema))};`);
    lines.push('pm.test("the schema of the document", () => pm.response.to.have.jsonSchema(schema));');
    lines.push("const body = pm.response.json();");
  }
  if (step.tests.length) lines.push('pm.test("what it is about", () => {', ...step.tests.map((line) => `  ${line}`), "});");
  return [{ listen: "test", script: { type: "text/javascript", exec: lines } }];
}

const pathOf = (item) => "/" + item.request.url.path.join("/").replace(/:(\w+)/g, "{$1}");
const operations = (items) => items.flatMap((item) => (item.item ? operations(item.item) : [item]));

function stepOf(step, items) {
  const found = items.find((item) => `${item.request.method} ${pathOf(item)}` === step.does);
  if (!found) throw new Error(`swagger.yaml has no ${step.does}`);
  const item = JSON.parse(JSON.stringify(found));
  const { request } = item;
  item.name = request.name = step.name;
  request.url.query = Object.entries(step.query ?? {}).map(([key, value]) => ({ key, value }));
  for (const variable of request.url.variable) variable.value = variable.key === "version" ? "1" : "{{id}}";
  request.header = request.header.filter(({ key }) => key === "Accept");
  for (const [key, value] of Object.entries(step.header ?? {})) request.header.push({ key, value });
  request.body = {};
  if (step.json) {
    request.header.push({ key: "Content-Type", value: "application/json" });
    request.body = { mode: "raw", raw: JSON.stringify(step.json, null, 2), options: { raw: { language: "json" } } };
  } else if (step.form) {
    const { file, ...fields } = step.form;
    const texts = Object.entries(fields).map(([key, value]) => ({ key, value, type: "text" }));
    request.body = { mode: "formdata", formdata: [{ key: "file", type: "file", src: file }, ...texts] };
  }
  if (step.token) request.auth = { type: "bearer", bearer: [{ key: "token", value: step.token }] };
  const [method, path] = step.does.split(" ");
  item.event = testsOf(step, openapi.paths[path][method.toLowerCase()]);
  return item;
}

// Without what differs from run to run, and without the answers: the document has them.
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([key]) => !["id", "_postman_id", "response"].includes(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, plain(inner)]));
}

async function main() {
  const options = { folderStrategy: "Tags", parametersResolution: "Example", schemaFaker: false };
  const made = await promisify(convertV2)({ type: "string", data: text }, options);
  if (!made.result) throw new Error(made.reason);
  const collection = made.output[0].data;
  const walk = {
    name: "A walk",
    description: "From a new user to the deletion of its file, with tests. It needs the variables apiToken and file.",
    item: WALK.map((step) => stepOf(step, operations(collection.item))),
  };
  collection.item.unshift(walk);
  const variables = {
    baseUrl: "http://localhost:7000", apiToken: "", login: "walker", password: "correct horse battery staple", file: "", size: "",
  };
  collection.variable = Object.entries(variables).map(([key, value]) => ({ key, value }));
  process.stdout.write(JSON.stringify(plain(collection), null, 1) + "\n");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
