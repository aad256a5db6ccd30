// Reads files with the language server behind VS Code's YAML extension, under a folder's .vscode/settings.json, and prints
// what is red in each, and what is offered at a place: "file" or "file@line@column" → {errors, offers}.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parse } from "jsonc-parser";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";

const BIN = fileURLToPath(new URL("./node_modules/yaml-language-server/bin/yaml-language-server", import.meta.url));

const [root, ...files] = process.argv.slice(2);
const settings = parse(readFileSync(`${root}/.vscode/settings.json`, "utf8"));
const get = (section) => {
  const found = {};
  for (const [key, value] of Object.entries(settings)) {
    if (key.startsWith(`${section}.`)) {
      const steps = key.slice(section.length + 1).split(".");
      steps.slice(0, -1).reduce((into, step) => (into[step] ??= {}), found)[steps.at(-1)] = value;
    }
  }
  return found;
};
const server = spawn(process.execPath, [BIN, "--stdio"]);
server.stderr.pipe(process.stderr);
const connection = createMessageConnection(
  new StreamMessageReader(server.stdout),
  new StreamMessageWriter(server.stdin),
);
const waiting = new Map();
let answered;
const asked = new Promise((done) => (answered = done));
connection.onRequest("workspace/configuration", ({ items }) => {
  setTimeout(answered);
  return items.map(({ section }) => get(section));
});
connection.onRequest("client/registerCapability", () => null);
connection.onNotification("textDocument/publishDiagnostics", ({ uri, diagnostics }) => waiting.get(uri)?.(diagnostics));
connection.listen();

const rootUri = pathToFileURL(root).href;
const folder = { uri: rootUri, name: "project" };
await connection.sendRequest("initialize", {
  processId: process.pid, rootUri, rootPath: root, workspaceFolders: [folder],
  capabilities: { workspace: { configuration: true, workspaceFolders: true } },
});
connection.sendNotification("initialized", {});
connection.sendNotification("workspace/didChangeConfiguration", { settings: { yaml: get("yaml") } });
// The server asks for its settings. A request is answered after what was sent before it: by then it has them.
await asked;
await connection.sendRequest("workspace/symbol", { query: "" }).catch(() => null);

const look = async (each) => {
  const [file, line, character] = each.split("@");
  const uri = pathToFileURL(file).href;
  const diagnostics = await new Promise((done) => {
    waiting.set(uri, done);
    const text = readFileSync(file, "utf8");
    connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
  });
  const errors = diagnostics.map(({ range, message }) => `${range.start.line + 1}: ${message}`);
  if (!line) return [each, { errors, offers: [] }];
  const position = { line: line - 1, character: Number(character) };
  const answer = await connection.sendRequest("textDocument/completion", { textDocument: { uri }, position });
  return [each, { errors, offers: (answer?.items ?? answer ?? []).map(({ label }) => label) }];
};
// All at once: the server waits a moment with each, in case somebody goes on writing.
const found = Object.fromEntries(await Promise.all(files.map(look)));
console.log(JSON.stringify(found));
await connection.sendRequest("shutdown");
connection.sendNotification("exit");
connection.dispose();
