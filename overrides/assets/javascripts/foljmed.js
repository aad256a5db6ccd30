// Everything can be read without this. It starts Material's search the first time somebody wants to search, gives it
// real buttons, and keeps what is closed out of the tab order. Nothing is stored and no other host is called.
"use strict";

document.documentElement.classList.replace("no-js", "js");

// Behind Material's search stands one of our own, which knows Swedish and loads what a query needs (search.js).
const config = document.getElementById("__config");
const worker = document.currentScript.dataset.search;
config.textContent = JSON.stringify({ ...JSON.parse(config.textContent), search: worker });

// Material reads and writes the browser's storage through these.
globalThis.__md_scope = new URL(JSON.parse(config.textContent).base, location);
globalThis.__md_hash = () => 0;
globalThis.__md_get = () => null;
globalThis.__md_set = () => {};

// That search tells how many results there are. Material does not pass it on, and counts the pages that they are on.
let told = { found: 0, shown: 0 };
let isReady = false;
let isAwaited = true; // first the search itself, then its answer
let askAgain = () => {};
globalThis.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      isReady = true;
      isAwaited = false;
      if (data.data?.found !== undefined) told = data.data;
    });
    this.addEventListener("error", () => dispatchEvent(new Event("error")));
  }

  postMessage(message) {
    if (message.type === 2) {
      isAwaited = true; // a query
      askAgain = () => this.postMessage(message);
    }
    super.postMessage(message);
  }
};

// What the address names; it may have been written by anybody.
const named = () => {
  try {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null;
  }
};

// Who comes by an address inside a folded year sees it; not every browser unfolds by itself.
const unfold = () => {
  const target = named();
  const folded = target?.closest("details:not([open])");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
};

// What folded years say is fetched when the first of them is opened; until then, and without scripts, headings lead to
// it. That page lies one step further from the root.
let whole = null;
const fetched = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.status);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
};
const fill = async (years) => {
  const page = await (whole ??= fetched(years.dataset.whole));
  for (const brief of years.querySelectorAll("li:not([data-filled])")) {
    const id = brief.querySelector("[id]")?.id;
    const full = id && page.getElementById(id)?.closest("li");
    if (!full) continue;
    for (const part of full.querySelectorAll("[href], [src], [srcset]")) {
      for (const name of ["href", "src", "srcset"]) {
        const value = part.getAttribute(name)?.replace("../#", "#").replaceAll("../../../", "../../");
        if (value !== undefined) part.setAttribute(name, value);
      }
    }
    const heading = document.createElement("h4");
    const old = full.querySelector("h3");
    heading.id = old.id;
    heading.append(...old.childNodes);
    old.replaceWith(heading);
    full.dataset.filled = "";
    const wasHeld = brief.contains(document.activeElement);
    brief.replaceWith(document.adoptNode(full));
    if (!wasHeld) continue;
    heading.tabIndex = -1; // or the keyboard would be nowhere
    heading.focus({ preventScroll: true });
  }
};
for (const years of document.querySelectorAll(".fm-older")) {
  years.addEventListener("toggle", async () => {
    if (!years.open) return;
    try {
      await fill(years);
      if (named()?.closest(".fm-older") === years) location.replace(location.hash); // it is another element now
    } catch {
      whole = null; // the headings still lead there
    }
  });
}
addEventListener("hashchange", unfold);
unfold();

// Not every browser fetches for paper the pictures that nobody has scrolled to.
addEventListener("beforeprint", () => {
  for (const picture of document.images) picture.loading = "eager";
});

// What a narrow month shows of the day that is pointed at can be put away, for it lies over other days.
const months = document.querySelector(".fm-months");
if (months) {
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") months.setAttribute("data-quiet", "");
  });
  for (const kind of ["focusin", "pointerover"]) {
    months.addEventListener(kind, () => months.removeAttribute("data-quiet"));
  }
}

const search = document.querySelector("[data-md-component=search]");
const toggle = document.getElementById("__search");
const opener = document.querySelector("[data-fm-search-open]");
const closer = document.querySelector("[data-fm-search-close]");

// Milliseconds: until Material has begun, and until who waits for an answer is told so.
const BEGINNING = 500;
const PATIENCE = 2000;

if (search && toggle && opener) {
  const query = search.querySelector("[data-md-component=search-query]");
  const said = search.querySelector("[role=status]");
  const isOpen = () => toggle.checked;
  let loading = null;

  // As it begins, Material closes the search where the address names a heading, which nobody has asked for.
  let isBeginning = false;
  const begin = () => {
    isBeginning = true;
    setTimeout(() => (isBeginning = false), BEGINNING);
  };
  toggle.addEventListener("click", (event) => {
    if (isBeginning && !isOpen()) event.preventDefault();
  });

  const load = () => {
    isAwaited ||= !loading;
    loading ??= Promise.all(
      [...document.querySelectorAll('script[type="text/late"]')].map(
        (late) =>
          new Promise((done, failed) => {
            const script = document.createElement("script");
            script.src = late.src;
            script.addEventListener("load", begin);
            script.addEventListener("load", done);
            script.addEventListener("error", failed);
            document.body.append(script);
          }),
      ),
    );
    return loading;
  };

  // A closed search is not there for the keyboard, and while it is open nothing else is.
  const reflect = () => {
    search.inert = !isOpen();
    opener.setAttribute("aria-expanded", String(isOpen()));
    for (const part of document.querySelectorAll(".md-container, .fm-header__nav, .fm-header__name, .md-skip")) {
      part.inert = isOpen();
    }
  };
  // Until there is an answer, nothing may look as if it were that nothing is found.
  const reflectWaiting = () => search.toggleAttribute("data-fm-awaited", isAwaited);
  const fail = (advice) => {
    isAwaited = false;
    reflectWaiting();
    said.textContent = `Det gick inte att hämta sökningen. ${advice}`;
  };
  const tellOfWaiting = () => {
    if (isAwaited && query.value) said.textContent = "Söker …";
  };
  // Without a network Material's script may be kept and begin, while what it begins with is not. It throws, and is silent.
  addEventListener("error", () => {
    if (loading && !isReady) fail("Ladda om sidan och försök igen.");
  });
  // Open at once: what is written while Material's script is on its way is searched for when it has come.
  const open = async () => {
    if (!isOpen()) toggle.click();
    reflect();
    query.focus();
    query.select();
    try {
      await load();
    } catch {
      loading = null;
      fail("Stäng den och försök igen.");
    }
  };
  const close = () => {
    isBeginning = false;
    if (isOpen()) toggle.click();
    reflect();
    opener.focus();
  };

  const results = search.querySelector(".md-search-result__list");
  // What is said of them; nothing where Material's own words hold.
  const answer = ({ found, shown, instead = [], isPart, isShort, isNone, isFailed }) => {
    if (isFailed) return "Det gick inte att söka. Kontrollera uppkopplingen och försök igen.";
    if (isShort) return "Skriv minst tre bokstäver.";
    if (isNone) return "Inga träffar.";
    if (!results.childElementCount) return "";
    const others = instead.map(([word, other]) => `Inga träffar på ”${word}”. Visar träffar på ”${other.join(" ")}” i stället. `);
    const hits = `${found} ${found === 1 ? "träff" : "träffar"}`;
    const more = `${isPart ? ". Ingen träff har alla orden" : ""}${found > shown ? `. De ${shown} bästa visas` : ""}`;
    return others.join("") + hits + more + (more && ".");
  };

  // Material leaves its results to the arrow keys alone; Tab should reach them too. Its headings are in an order of
  // their own, which would break the page's, and its articles keep a link from having their words as its name.
  const mend = () => {
    for (const part of results.querySelectorAll("a[tabindex], summary[tabindex]")) part.removeAttribute("tabindex");
    for (const part of results.querySelectorAll("h1, h2, article")) part.role = "presentation";
    reflectWaiting();
    const words = isAwaited ? "" : answer(told);
    if (words && said.textContent.trim() !== words) said.textContent = words;
  };
  // What is said already is not heard again; a space that is not seen makes it another text.
  const repeat = () => {
    const words = said.textContent;
    said.textContent = words.endsWith("\u00a0") ? words.trim() : `${words}\u00a0`;
  };
  new MutationObserver(mend).observe(results.parentElement, { childList: true, subtree: true, characterData: true });

  opener.hidden = false;
  reflect();
  opener.addEventListener("click", open);
  closer.addEventListener("click", close);
  search.querySelector(".md-search__overlay").addEventListener("click", (event) => {
    event.preventDefault(); // as the label that it is, it would leave the keyboard nowhere
    close();
  });
  // On a telephone Material holds the page where it was behind the search, also when a result leads further down it.
  search.addEventListener("click", ({ target }) => {
    const link = target.closest("a");
    if (link?.href.split("#")[0] !== location.href.split("#")[0]) return;
    document.body.removeAttribute("data-md-scrolllock");
    document.body.style.top = "";
  });
  // Material searches when a key goes up; what is pasted or dictated moves none.
  let patience;
  query.addEventListener("input", () => {
    query.dispatchEvent(new Event("keyup"));
    reflectWaiting();
    clearTimeout(patience);
    patience = setTimeout(tellOfWaiting, PATIENCE);
  });
  // What empties the field moves none either, and is told of before it is done.
  query.form.addEventListener("reset", () => setTimeout(() => query.dispatchEvent(new Event("input"))));
  toggle.addEventListener("change", reflect);
  // Before Material's own, which is left the arrows through the results: single keys open the search and leave the page,
  // Tab closes it, and what else is pressed, Shift too, moves the focus to the field (WCAG 2.1.4, 2.1.1).
  const own = (event) => {
    if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && event.target === query) {
      event.preventDefault(); // Material would follow the first result, perhaps of the word before
      if (told.isFailed) {
        askAgain();
        tellOfWaiting();
      } else if (!isAwaited) repeat();
      if (matchMedia("(pointer: coarse)").matches) query.blur(); // so that the results are seen
    } else if (["ArrowUp", "ArrowDown", "Escape"].includes(event.key)) {
      return;
    }
    event.stopImmediatePropagation();
  };
  addEventListener("keydown", own, { capture: true });
}
