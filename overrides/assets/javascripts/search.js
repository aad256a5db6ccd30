// The search: takes the place of Material's worker, speaks its language, and loads only the parts of the index that a
// query needs (hooks/foljmed/search.py writes them). A word is found at the beginning of others, inside them, since
// Swedish writes words together, and in its other forms. One that is nowhere is looked for as it may have been meant.
"use strict";

const SHOWN = 15;
const TOGETHER = 3; // results of one page that stand open; the rest can be opened
const AROUND = 90; // characters on each side of the first word found
const LEAST = 3; // letters that are worth a search by themselves
const INSIDE = 4; // letters that are looked for at the end of words too, and that a stem has at least
const ANYWHERE = 6; // letters that are looked for anywhere in words: "gäng" is no part of "tillgänglighet"
const ENDINGS = "(?:orna|arna|erna|aste|ast|are|or|ar|er|en|et|na|n|t|a|e)?s?"; // of nouns and adjectives
// Milliseconds: half a word is not worth its records while somebody is writing, who may write slowly.
const PAUSE = 300;
const LONGEST_PAUSE = 1500;
const REST = 2000; // from which on a letter begins anew
const NOTHING = { items: [], found: 0, shown: 0 };
const KIND = { setup: 0, ready: 1, query: 2, result: 3 };
const home = new URL("../../search/", self.location);
const parts = new Map();
let config = {};
let numbers = []; // of each share's records
let rare = []; // each record's words that stand nowhere else
let latest = 0;
let heard = 0;

// Half as long again as from the letter before to this one, within bounds.
const pause = () => {
  const now = performance.now();
  const since = now - heard;
  heard = now;
  const length = since < REST ? Math.min(Math.max(PAUSE, 1.5 * since), LONGEST_PAUSE) : PAUSE;
  return new Promise((done) => setTimeout(done, length));
};

const load = (name) => {
  if (!parts.has(name)) {
    const part = fetch(new URL(`${name}.json`, home)).then((answer) => {
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return answer.json();
    });
    part.catch(() => parts.delete(name)); // to be tried again
    parts.set(name, part);
  }
  return parts.get(name);
};

const wordsOf = (text) => text.normalize("NFC").toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];

const stemOf = (word) => word.replace(new RegExp(`^(.{${INSIDE},}?)${ENDINGS}$`, "u"), "$1");

// How well a word of the index answers: itself, its beginning or another form of it, as a part; or not, 0.
const answering = (word) => {
  const isLong = word.length >= INSIDE;
  const form = new RegExp(`(^)?${stemOf(word)}${ENDINGS}$`, "u");
  return (known) => {
    if (known.startsWith(word)) return known === word ? 4 : 3;
    const [isForm, isWhole] = (isLong && known.match(form)) || [];
    if (isWhole !== undefined) return 3;
    // A part in a title is less than the word itself in a text.
    return isForm || (word.length >= ANYWHERE && known.includes(word)) ? 0.4 : 0;
  };
};

// Lists are written as the difference of each from the one before.
const summed = (steps) => {
  let sum = 0;
  return steps.map((step) => (sum += step));
};

// Records with a word, by number: more for a title, more for the word itself.
const recordsOf = async (word) => {
  const rank = answering(word);
  const stem = stemOf(word);
  const scores = new Map();
  const add = (number, points, inTitle) => {
    const score = (inTitle ? 8 : 1) * points;
    scores.set(number, Math.max(score, scores.get(number) ?? 0));
  };
  rare.forEach((line, number) => {
    for (const known of line.includes(stem) ? line.split(" ") : []) {
      const inTitle = known.startsWith("^");
      const points = rank(inTitle ? known.slice(1) : known);
      if (points) add(number, points, inTitle);
    }
  });
  const hits = config.often
    .map((words, number) => ({ number, ranks: words.includes(stem) ? words.split(" ").map(rank) : [] }))
    .filter(({ ranks }) => ranks.some(Boolean));
  const slices = await Promise.all(hits.map(({ number }) => load(`words/${number}`)));
  slices.forEach((lists, at) => {
    hits[at].ranks.forEach((points, index) => {
      if (!points) return;
      for (const [share, ...steps] of lists[index]) {
        for (const place of summed(steps)) add(numbers[share][place >> 1], points, place % 2);
      }
    });
  });
  return scores;
};

// Those records that have the most of the words, of which ``scores`` are each word's; and whether that is all of them.
const best = (words, scores) => {
  const sums = new Map();
  let most = 0;
  scores.forEach((each, at) => {
    for (const [number, score] of each) {
      const sum = sums.get(number) ?? { number, score: 0, of: 0 };
      sum.score += score;
      sum.of += words[at].length < LEAST ? 0.01 : 1; // nothing by itself
      most = Math.max(most, sum.of);
      sums.set(number, sum);
    }
  });
  const found = most < 1 ? [] : [...sums.values()].filter(({ of }) => of === most);
  // Of equals the newest, which has the lowest number.
  found.sort((one, other) => other.score - one.score || one.number - other.number);
  return { every: found, isPart: found.length > 0 && Math.floor(most) < words.filter((each) => each.length >= LEAST).length };
};

// What says nothing of what is looked for: "Hur går det med belysningen?" Not "inte", with which a status begins.
const EVERYDAY = new Set(
  (
    "alla allt att av bara bli blir blev blivit de den det detta där då en er ett finns från få får för gick gjort gå går " +
    "gör göra ha hade han har hon hur här in jag kan kom kommer man med min mot mycket många nu någon något några när och " +
    "om oss på sig ska skulle som så till under upp ut vad var vara varför varit vem vi vid vilka vilken vilket vill vår " +
    "vårt åt än är"
  ).split(" "),
);

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "");

// Whether two words are the same but for one letter, or for two neighbours in the other order.
const isNear = (one, other) => {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const [rest, others] = [one.slice(at), other.slice(at)];
  const isSwapped = rest[0] === others[1] && rest[1] === others[0] && rest.slice(2) === others.slice(2);
  const isOff = [others, others.slice(1)].includes(rest.slice(1)) || rest === others.slice(1);
  return isSwapped || (isOff && one.length >= ANYWHERE);
};

// A number in the parts that it is written in, if it is: "11414" as 114 and 14.
const partsOf = (digits, known) => {
  for (const length of [3, 2]) {
    const part = digits.slice(0, length);
    const rest = digits.length > length ? partsOf(digits.slice(length), known) : [];
    if (known.has(part) && rest) return [part, ...rest];
  }
  return null;
};

// What to look for in the place of a word that is nowhere: the same with its å, ä and ö, one letter off, or a part of it.
const insteadOf = (word) => {
  if (word.length < INSIDE) return [];
  const every = new Set(`${config.often.join(" ")} ${rare.join(" ")}`.replaceAll("^", "").split(/\s+/));
  if (/^\d+$/.test(word)) return partsOf(word, every) ?? [];
  const known = [...every];
  const of = (test) => known.filter((each) => each.length > INSIDE && test(each)).sort((one, other) => one.length - other.length);
  const [same] = word === plain(word) ? known.filter((each) => plain(each).startsWith(word)) : [];
  if (same) return [same.slice(0, word.length)];
  const near = word.length > INSIDE ? of((each) => Math.abs(each.length - word.length) < 2 && isNear(word, each)) : [];
  const isEnd = (each) => each.length >= ANYWHERE && word.endsWith(each); // "belysningen" is no kind of "ingen"
  return [near[0] ?? of((each) => word.startsWith(each)).at(-1) ?? of(isEnd).at(-1) ?? []].flat();
};

const LETTERS = "[\\p{L}\\p{N}]*";
const shown = (word) => {
  if (word.length < INSIDE) return word + LETTERS;
  const before = word.length < ANYWHERE ? "" : LETTERS;
  return `${before}${word}${LETTERS}|${LETTERS}${stemOf(word)}${ENDINGS}(?![\\p{L}\\p{N}])`;
};
// What stands before a word is matched too: not every iPhone in use can look behind.
const marker = (words) => new RegExp(`(^|[^\\p{L}\\p{N}&#])(${words.map(shown).join("|")})`, "giu");
const marked = (html, words) =>
  html.replace(marker(words), (_, before, word) => `${before}<mark data-md-highlight>${word}</mark>`);
// Around that of the words which has the most of the others close behind it.
const excerpt = (html, words) => {
  const hits = [...html.matchAll(marker(words))].map(({ 1: before, 2: hit, index }) => {
    const word = words.find((each) => hit.toLowerCase().includes(stemOf(each)));
    return { index: index + before.length, word };
  });
  const near = hits.map(({ index }, first) => {
    const words = new Set();
    for (let next = first; hits[next]?.index < index + AROUND; next += 1) words.add(hits[next].word);
    return words.size;
  });
  const at = hits[near.indexOf(Math.max(...near))]?.index ?? 0;
  const from = at > AROUND ? html.lastIndexOf(" ", at - AROUND) + 1 : 0;
  const space = html.indexOf(" ", at + AROUND);
  const to = space < 0 ? html.length : space;
  return `${from ? "… " : ""}${marked(html.slice(from, to), words)}${to < html.length ? " …" : ""}`;
};

const recordOf = async (number) => {
  const part = await load(`records/${Math.floor(number / config.at_once)}`);
  return part[number % config.at_once];
};

// A day that is looked for, "2 januari 2001" or "2001-01-02". Its first words are too short to be in the index.
const MONTHS = Array.from({ length: 12 }, (_, month) =>
  new Date(2001, month).toLocaleDateString("sv", { month: "long" }),
);
const DAY = new RegExp(`(\\d{1,2}) +(${MONTHS.join("|")}) +(\\d{4})|(\\d{4})-(\\d\\d)-(\\d\\d)`, "i");
const dayIn = (query) => {
  const [, day, month, year, isoYear, isoMonth, isoDay] = query.match(DAY) ?? [];
  const at = month ? MONTHS.indexOf(month.toLowerCase()) + 1 : Number(isoMonth);
  if (!MONTHS[at - 1]) return { said: query, day: "" };
  const two = (number) => String(number).padStart(2, "0");
  const said = query.replace(DAY, `${MONTHS[at - 1]} ${year ?? isoYear}`);
  return { said, day: `${year ?? isoYear}-${two(at)}-${two(day ?? isoDay)}` };
};

// The same results, but first those of a day: parts are in the order of days, newest first.
const firstOf = async (day, found) => {
  const places = config.days.map((newest, at) => (newest >= day && (config.days[at + 1] ?? "") <= day ? at : -1));
  const isOf = await Promise.all(
    found.map(async ({ number }) => {
      const isNear = places.includes(Math.floor(number / config.at_once));
      return isNear && (await recordOf(number))[0].includes(`#${day}-`);
    }),
  );
  return [...found.filter((_, at) => isOf[at]), ...found.filter((_, at) => !isOf[at])];
};

// An update's day, which its address says.
const dayOf = (location) => {
  const day = location.match(/#(\d{4}-\d\d-\d\d)-/)?.[1];
  return day ? new Date(`${day}T12:00`).toLocaleDateString("sv", { dateStyle: "long" }) : "";
};

// What a text must not be shown without: that it does not tell how it is going, and that it is about another place.
const leadOf = (text) => text.match(/^(?:(Bakgrund): det här berättar inte hur det går\. )?(Gäller: [^·]+(?= · ))?/).slice(1).filter(Boolean);

const grouped = async (found, words) => {
  const terms = Object.fromEntries(words.map((word) => [word, true]));
  const groups = new Map();
  const records = found.map(async ({ number, score }) => ({ score, record: await recordOf(number) }));
  for (const { score, record } of await Promise.all(records)) {
    const [location, title, text, pageTitle] = record;
    const page = location.split("#")[0];
    const group = groups.get(page) ?? [{ location: page, title: pageTitle, text: "", score, terms: {} }];
    const lead = [dayOf(location), ...leadOf(text)].filter(Boolean).map((each) => `${each} · `);
    const about = `<p>${lead.join("")}${excerpt(text, words)}</p>`;
    const item = { location, title: marked(title, words), text: about, score: group[0].score, terms };
    if (location === page) {
      group[0] = item;
    } else {
      group.push({ ...item, parent: group[0], score: group.length > TOGETHER ? 0 : group[0].score });
    }
    groups.set(page, group);
  }
  return [...groups.values()];
};

// The results to show, how many there are, and what of the query they are for.
const search = async (query) => {
  const { said, day } = dayIn(query);
  const written = [...new Set(wordsOf(said))];
  const telling = written.filter((word) => !EVERYDAY.has(word));
  const asked = telling.length ? telling : written;
  if (asked.every((word) => word.length < LEAST)) return { ...NOTHING, isShort: query.trim() !== "" };
  const own = new Map(await Promise.all(asked.map(async (word) => [word, await recordsOf(word)])));
  const instead = asked.filter((word) => !own.get(word).size).map((word) => [word, insteadOf(word)]);
  const others = new Map(instead.filter(([, words]) => words.length));
  const words = asked.flatMap((word) => others.get(word) ?? word);
  const scores = await Promise.all(words.map((word) => own.get(word) ?? recordsOf(word)));
  const { every, isPart } = best(words, scores);
  if (!every.length) return { ...NOTHING, isNone: true };
  const found = day ? await firstOf(day, every) : every;
  const items = await grouped(found.slice(0, SHOWN), words);
  if (found.length > SHOWN) {
    const title = `Här är de ${SHOWN} bästa av ${found.length} träffar`;
    const text = "Skriv fler ord för att hitta rätt, eller se alla uppdateringar.";
    items.push([{ location: `uppdateringar/?av=${found.length}`, title, text, score: 0, terms: {} }]);
  }
  return { items, found: found.length, shown: Math.min(found.length, SHOWN), instead: [...others], isPart };
};

self.addEventListener("message", async ({ data: message }) => {
  if (message.type === KIND.setup) {
    config = message.data.config;
    while (!config.order) {
      // A preview shows its pages before its search is there.
      await new Promise((done) => setTimeout(done, PAUSE));
      config = (await (await fetch(new URL("search_index.json", home), { cache: "no-store" })).json()).config;
    }
    numbers = config.order.map(summed);
    rare = config.rare.split("\n");
    self.postMessage({ type: KIND.ready });
  } else if (message.type === KIND.query) {
    const turn = ++latest;
    await pause();
    if (turn !== latest) return;
    const data = await search(message.data).catch(() => ({ ...NOTHING, isFailed: true }));
    if (turn === latest) self.postMessage({ type: KIND.result, data });
  }
});
