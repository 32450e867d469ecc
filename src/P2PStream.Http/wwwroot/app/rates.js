// What came in and what went out during the last minute, as a picture.

import { rate } from "./format.js";

const span = 60_000;
const smoothing = 4;
const width = 600;
const height = 100;
const namespace = "http://www.w3.org/2000/svg";
const layers = ["viewers", "publisher", "origin"];
const samples = [];
let before = null;

/** Takes the counters of this moment. */
export function add(totals) {
  const now = {
    at: performance.now(),
    viewers: totals.fromViewers,
    publisher: totals.fromPublisher,
    origin: totals.fromOrigin,
    given: totals.served,
  };
  if (before && now.at > before.at) samples.push(rates(before, now));
  before = now;
  while (samples.length > 0 && samples[0].at < now.at - span) samples.shift();
}

/** Draws them: received in layers by source, given as a line. */
export function show(root, labels) {
  const smooth = samples.map(
    (_, i) => average(samples.slice(Math.max(0, i + 1 - smoothing), i + 1)));
  const last = smooth.at(-1);
  labels.down.textContent = rate(last ? received(last) : 0);
  labels.up.textContent = rate(last ? last.given : 0);
  const most = scale(Math.max(0, ...smooth.map((one) => Math.max(received(one), one.given))));
  labels.top.textContent = rate(most);
  labels.half.textContent = rate(most / 4);
  if (root.children.length === 0) root.append(...[...layers, "given"].map(createPath));
  const base = smooth.map(() => 0);
  layers.forEach((layer, index) => {
    const lower = points(smooth, base, most);
    smooth.forEach((one, i) => { base[i] += one[layer]; });
    const upper = points(smooth, base, most);
    const outline = [...upper, ...lower.reverse()].join("L");
    root.children[index].setAttribute("d", outline ? `M${outline}Z` : "");
  });
  const given = points(smooth, smooth.map((one) => one.given), most).join("L");
  root.children[layers.length].setAttribute("d", given ? `M${given}` : "");
}

function rates(from, to) {
  const seconds = (to.at - from.at) / 1000;
  const one = { at: to.at };
  for (const name of [...layers, "given"]) {
    one[name] = Math.max(0, (to[name] - from[name]) / seconds);
  }
  return one;
}

function average(some) {
  const one = { at: some.at(-1).at };
  for (const name of [...layers, "given"]) {
    one[name] = some.reduce((sum, sample) => sum + sample[name], 0) / some.length;
  }
  return one;
}

const received = (one) => layers.reduce((sum, layer) => sum + one[layer], 0);

/** The next 1, 2 or 5 of some power of ten bits, so that the picture seldom changes its scale. */
function scale(bytesPerSecond) {
  const bits = Math.max(1e5, bytesPerSecond * 8);
  const power = 10 ** Math.floor(Math.log10(bits));
  return [1, 2, 5, 10].find((step) => step * power >= bits) * power / 8;
}

// By the square root: the rush of the start is tens of times what follows, and both are to be seen.
function points(some, values, most) {
  const now = some.at(-1)?.at ?? 0;
  return some.map((one, i) => {
    const x = width * (1 - (now - one.at) / span);
    const y = height * (1 - Math.sqrt(values[i] / most));
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
}

function createPath(name) {
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("class", name);
  return path;
}
