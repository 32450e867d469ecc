// One colour for each source, for as long as the page is open: viewers in the order they are first seen.

const viewerColours = [
  "#4fb6a6", "#6fb3f2", "#8f7ee7", "#7cc47f", "#5b8def", "#b58be0",
  "#58c4d6", "#9aa7f0", "#86b98f", "#c59ad9", "#4d9fb8", "#a3c96b",
];
const known = new Map([["origin", "#d96a5b"], ["publisher", "#d9a648"]]);
const counts = new Map();
let viewers = 0;

/** The colour of a source: a viewer's short name, "publisher" or "origin". */
export function colour(source) {
  let found = known.get(source);
  if (!found) {
    found = viewerColours[viewers++ % viewerColours.length];
    known.set(source, found);
  }
  return found;
}

/** Counts a segment for the source that gave most of it. */
export function count(source) {
  colour(source);
  counts.set(source, (counts.get(source) ?? 0) + 1);
}

/** Fills the legend: every source that gave a segment, most first. */
export function showLegend(list) {
  const entries = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const text = entries.map(([source, segments]) => `${source}:${segments}`).join();
  if (list.dataset.shown === text) return;
  list.dataset.shown = text;
  list.replaceChildren(...entries.map(([source, segments]) => {
    const item = document.createElement("li");
    const dot = document.createElement("i");
    dot.className = "dot";
    dot.style.backgroundColor = colour(source);
    const number = document.createElement("b");
    number.textContent = segments;
    item.append(dot, `${source} `, number);
    return item;
  }));
}
