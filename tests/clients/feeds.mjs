// Reads feeds with rss-parser and prints what it understood: file → title, and items with guid, link,
// title and instant.
import { readFileSync } from "node:fs";
import Parser from "rss-parser";

const parser = new Parser();
const found = {};
for (const file of process.argv.slice(2)) {
  const feed = await parser.parseString(readFileSync(file, "utf8"));
  const items = feed.items.map((item) => ({
    id: item.guid, link: item.link, title: item.title, instant: item.isoDate, creator: item.creator,
  }));
  found[file] = { title: feed.title, items };
}
process.stdout.write(JSON.stringify(found));
