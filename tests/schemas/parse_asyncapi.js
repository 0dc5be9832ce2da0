// Reads an AsyncAPI document from standard input with AsyncAPI's own parser; prints what it has to say, as JSON.
const fs = require("node:fs");
const { Parser } = require("@asyncapi/parser");

new Parser().parse(fs.readFileSync(0, "utf8")).then(({ document, diagnostics }) => {
  const said = diagnostics.map(({ severity, code, message, path }) => ({ severity, code, message, path }));
  const channels = document ? document.channels().all().map((each) => each.id()) : null;
  const operations = document ? document.operations().all().map((each) => each.id()) : null;
  process.stdout.write(JSON.stringify({ said, channels, operations }));
});
