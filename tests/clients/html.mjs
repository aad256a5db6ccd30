// Prints what html-validate says of HTML files, as JSON: [{file, line, rule, message}].
import { HtmlValidate } from "html-validate";

// Every rule that is off says why.
const rules = {
  "long-title": "off", // a pledge's title is as long as the parties made it
  "no-trailing-whitespace": "off", // costs nothing after gzip
  "no-raw-characters": "off", // HTML allows > in text and attributes
  "void-style": "off", // MkDocs and Material write <br /> and <br>: both are HTML
  "doctype-style": "off", // Material writes <!doctype html>
  "attribute-boolean-style": "off", // Material's inputs
  "attribute-empty-style": "off", // as above
  "valid-id": ["error", { relaxed: true }], // an update's address begins with its day; HTML allows that
  "wcag/h32": "off", // search answers while one writes, and a filter while one chooses: nothing is to be submitted
  // Material's two hidden checkboxes, which its script needs; nobody meets them.
  "input-attributes": "off",
  "valid-autocomplete": "off",
  "input-missing-label": "off",
  "require-sri": "off", // all scripts and styles are the site's own
};
const validator = new HtmlValidate({ extends: ["html-validate:recommended", "html-validate:document"], rules });
const found = [];
for (const file of process.argv.slice(2)) {
  const report = await validator.validateFile(file);
  for (const result of report.results) {
    for (const each of result.messages) {
      found.push({ file, line: each.line, rule: each.ruleId, message: each.message });
    }
  }
}
console.log(JSON.stringify(found));
