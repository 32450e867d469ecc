// Every segment as a cell, coloured by where it came from; one lane for each track that plays.

import { clock } from "./format.js";
import { colour, count } from "./sources.js";

const mostCells = 90;
const shownKinds = ["video", "audio", "subtitles", "file"];
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const mostMarks = 8;
const deliveries = new Map();
const lanes = new Map();
let axis = null;

/** Takes in segments that have arrived. */
export function add(list) {
  for (const delivery of list) {
    const key = `${delivery.track}/${delivery.sequence}`;
    if (!deliveries.has(key)) count(delivery.source);
    deliveries.set(key, delivery);
  }
}

/** Draws the lanes of the tracks of which something has arrived. */
export function show(root, tracks, progress, duration) {
  axis ??= createAxis(root);
  const active = new Set([...deliveries.values()].map((delivery) => delivery.track));
  const shown = tracks.filter((track) => active.has(track.id) && shownKinds.includes(track.kind));
  if (shown.length === 0) return;
  const range = around(Math.max(...shown.map(total)), progress);
  for (const track of shown) {
    let lane = lanes.get(track.id);
    if (!lane) {
      lane = createLane(track);
      lanes.set(track.id, lane);
      const after = [...lanes].filter(([id]) => id > track.id).map(([, other]) => other.root)[0];
      root.insertBefore(lane.root, after ?? axis.root);
    }
    fill(lane, track, range, progress);
  }
  showAxis(range, progress, duration);
}

/**
 * Seconds ahead of the playhead that have arrived without a gap, whatever the rendition; of sound
 * and picture, the one that has less. Segments count as equally long.
 */
export function ready(tracks, progress, duration) {
  const kinds = ["video", "audio", "file"].map((kind) => {
    const same = tracks.filter((track) => track.kind === kind && lanes.has(track.id));
    if (same.length === 0) return null;
    const all = Math.max(...same.map(total));
    let end = Math.floor(progress * all);
    const arrived = (track) => deliveries.has(`${track.id}/${track.first + end}`);
    while (end < all && same.some(arrived)) end++;
    return Math.max(0, end / all - progress) * duration;
  });
  const known = kinds.filter((seconds) => seconds !== null);
  return known.length === 0 ? 0 : Math.min(...known);
}

function total(track) {
  const newest = [...deliveries.values()].filter((delivery) => delivery.track === track.id)
    .reduce((last, delivery) => Math.max(last, delivery.sequence - track.first + 1), 0);
  return Math.max(track.segments, newest);
}

/** A long stream is shown around the playhead: from one share of it to another. */
function around(segments, progress) {
  const part = Math.min(1, mostCells / Math.max(1, segments));
  const from = Math.max(0, Math.min(1 - part, progress - part / 3));
  return { from, to: from + part };
}

function createLane(track) {
  const root = create("div", "lane");
  const name = create("div", "lane-name");
  const isNamed = track.kind !== "audio" || /audio/i.test(track.name);
  name.textContent = isNamed ? track.name : `audio ${track.name}`;
  const cells = create("div", "cells");
  cells.setAttribute("role", "img");
  root.append(name, cells);
  return { root, cells, drawn: "" };
}

function fill(lane, track, range, progress) {
  const all = total(track);
  const start = Math.round(range.from * all);
  const end = Math.round(range.to * all);
  const played = Math.floor(progress * all);
  const wanted = [];
  for (let i = start; i < end; i++) wanted.push(deliveries.get(`${track.id}/${track.first + i}`));

  const drawn = `${start}+${wanted.map((delivery) => (delivery ? 1 : 0)).join("")}`;
  if (lane.drawn !== drawn) {
    lane.drawn = drawn;
    const cells = wanted.map((delivery, i) => createCell(delivery, track.first + start + i));
    lane.cells.replaceChildren(...cells);
    lane.cells.setAttribute("aria-label", describe(track, wanted.filter(Boolean), all));
  }
  [...lane.cells.children].forEach(
    (cell, i) => cell.classList.toggle("played", start + i < played));
}

function createCell(delivery, sequence) {
  const cell = create("div", "cell");
  cell.title = `segment ${sequence}`;
  if (!delivery) return cell;
  cell.style.backgroundColor = colour(delivery.source);
  cell.title += ` from ${delivery.source}`;
  if (!isViewer(delivery)) cell.classList.add(delivery.source);

  // Who else gave some of it, apart from other viewers, shows as a foot.
  const second = secondSource(delivery);
  if (second) {
    cell.classList.add("mixed");
    cell.style.setProperty("--second", colour(second));
    cell.title += `, in part from ${second}`;
  }
  return cell;
}

function secondSource(delivery) {
  if (delivery.fromOrigin > 0 && delivery.source !== "origin") return "origin";
  if (delivery.fromPublisher > 0 && delivery.source !== "publisher") return "publisher";
  if (delivery.fromViewers > 0 && !isViewer(delivery)) return "viewers";
  return null;
}

const isViewer = ({ source }) => source !== "origin" && source !== "publisher";

function describe(track, arrived, all) {
  const by = new Map();
  for (const delivery of arrived) by.set(delivery.source, (by.get(delivery.source) ?? 0) + 1);
  const parts = [...by].map(([source, segments]) => `${segments} from ${source}`);
  return `${track.name}: ${arrived.length} of ${all} segments; ${parts.join(", ")}`;
}

function createAxis(root) {
  const line = create("div", "lane axis");
  const field = create("div", "field");
  const playhead = create("div", "playhead");
  line.append(create("div", "lane-name"), field);
  field.append(playhead);
  root.append(line);
  return { root: line, field, playhead, drawn: "" };
}

/** Times below the lanes, and the playhead across them. */
function showAxis(range, progress, duration) {
  const place = (share) => `${((share - range.from) / (range.to - range.from)) * 100}%`;
  axis.playhead.style.left = place(progress);
  axis.playhead.hidden = progress < range.from || progress > range.to;
  const drawn = `${range.from}/${duration}`;
  if (axis.drawn === drawn || !(duration > 0)) return;
  axis.drawn = drawn;
  const seconds = (range.to - range.from) * duration;
  const step = steps.find((one) => seconds / one <= mostMarks) ?? steps.at(-1);
  const marks = [];
  const first = Math.ceil((range.from * duration) / step) * step;
  for (let at = first; at <= range.to * duration; at += step) {
    const mark = create("span", "mark");
    mark.textContent = clock(at);
    mark.style.left = place(at / duration);
    mark.classList.toggle("end", at > 0 && at >= range.to * duration * 0.97);
    marks.push(mark);
  }
  axis.field.replaceChildren(...marks, axis.playhead);
}

function create(tag, kind) {
  const element = document.createElement(tag);
  element.className = kind;
  return element;
}
