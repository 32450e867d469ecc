// One colour for each source, for as long as the page is open: viewers in the order they are first
// seen.

const viewerColours = [
  "#3ec7ab", "#5aa2ff", "#a98bff", "#7fd162", "#e58ad6", "#46cfe8",
  "#7687f5", "#c3dc62", "#c9b2ff", "#37a57c", "#93b4d6", "#b7719f",
];
const known = new Map([
  ["origin", "#e2695a"], ["publisher", "#e3ab46"], ["viewers", viewerColours[0]],
]);
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
