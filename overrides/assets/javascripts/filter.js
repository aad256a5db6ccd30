// Combines the ways in that each work by themselves without this. What is chosen stands in the address, nowhere else.
"use strict";

for (const form of document.querySelectorAll("[data-filter]")) {
  const choices = [...form.querySelectorAll("select[name]")];
  const leads = form.querySelector("[data-leads]");
  const box = form.closest("details");
  const status = box.nextElementSibling;
  const rows = [...document.querySelectorAll("[data-in]")].map((row) => [row, new Set(row.dataset.in.split(" "))]);
  const groups = [...document.querySelectorAll("[data-group]")];

  const query = () => {
    const chosen = choices.filter((each) => each.value).map((each) => [each.name, each.value]);
    return chosen.length ? `?${new URLSearchParams(chosen)}` : "";
  };
  // What an address asks for holds, also where nothing on the page has it.
  const absent = (select, value) => {
    const named = select.querySelector("template")?.content.children ?? [];
    return [...named].find((option) => option.value === value) ?? new Option(form.dataset.unknown, value);
  };
  const show = (isTold) => {
    const wanted = choices.filter((each) => each.value).map((each) => `${each.name}-${each.value}`);
    let hits = 0;
    for (const [row, facets] of rows) {
      row.hidden = !wanted.every((each) => facets.has(each));
      hits += !row.hidden;
    }
    for (const group of groups) group.hidden = wanted.length > 0 && !group.querySelector("[data-in]:not([hidden])");
    for (const part of document.querySelectorAll("[data-unfiltered]")) part.hidden = wanted.length > 0;
    for (const link of document.querySelectorAll("[data-keeps] a")) link.search = query();
    const found = hits ? `${hits} ${hits === 1 ? form.dataset.one : form.dataset.many} visas` : form.dataset.none;
    // What is chosen is said here too, for the filter may be folded.
    const chosen = choices.filter((each) => each.value).map((each) => each.selectedOptions[0].text);
    const sentence = `${found}${chosen.length ? ": " : ""}${chosen.join(", ")}`;
    status.textContent = isTold ? `${sentence.replace(/\.$/, "")}. ${form.dataset.more}`.trim() : "";
  };
  const stay = () => {
    if (leads) leads.value = leads.querySelector("[selected]").value;
  };
  const choose = () => {
    history.replaceState(null, "", location.pathname + query());
    show(true);
  };

  const asked = new URLSearchParams(location.search);
  for (const each of choices) {
    const value = asked.get(each.name) ?? "";
    if (![...each.options].some((option) => option.value === value)) each.append(absent(each, value));
    each.value = value;
    each.addEventListener("change", choose);
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (leads) location.assign(leads.value + query());
  });
  // Whoever comes back finds the choice as it was left, on a page that it does not lead to.
  addEventListener("pageshow", stay);
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const each of choices) each.value = "";
    stay();
    choose();
  });
  box.open = choices.some((each) => each.value);
  show(box.open);
}
