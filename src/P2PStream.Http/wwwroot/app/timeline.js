// Every segment as a cell, coloured by where it came from; one lane for each track that plays.

import { colour, count } from "./sources.js";

const mostCells = 90;
const shownKinds = ["video", "audio", "subtitles", "file"];
const deliveries = new Map();
const lanes = new Map();

/** Takes in segments that have arrived. */
export function add(list) {
  for (const delivery of list) {
    const key = `${delivery.track}/${delivery.sequence}`;
    if (!deliveries.has(key)) count(delivery.source);
    deliveries.set(key, delivery);
  }
}

/** Draws the lanes of the tracks of which something has arrived. */
export function show(root, tracks, progress) {
  const active = new Set([...deliveries.values()].map((delivery) => delivery.track));
  for (const track of tracks) {
    if (!active.has(track.id) || !shownKinds.includes(track.kind)) continue;
    let lane = lanes.get(track.id);
    if (!lane) {
      lane = createLane(track);
      lanes.set(track.id, lane);
      const after = [...lanes].filter(([id]) => id > track.id).map(([, other]) => other.root)[0];
      root.insertBefore(lane.root, after ?? null);
    }
    fill(lane, track, progress);
  }
}

function createLane(track) {
  const root = document.createElement("div");
  root.className = "lane";
  const name = document.createElement("div");
  name.className = "lane-name";
  name.textContent = track.kind === "audio" && !/audio/i.test(track.name) ? `audio ${track.name}` : track.name;
  const cells = document.createElement("div");
  cells.className = "cells";
  cells.setAttribute("role", "img");
  const playhead = document.createElement("div");
  playhead.className = "playhead";
  root.append(name, cells);
  return { root, name, cells, playhead, drawn: "" };
}

function fill(lane, track, progress) {
  const newest = [...deliveries.values()].filter((delivery) => delivery.track === track.id)
    .reduce((last, delivery) => Math.max(last, delivery.sequence - track.first + 1), 0);
  const total = Math.max(track.segments, newest);
  const shown = Math.min(total, mostCells);
  // A long stream is shown around the playhead.
  const at = Math.floor(progress * total);
  const start = Math.max(0, Math.min(total - shown, at - Math.floor(shown / 3)));
  const wanted = [];
  for (let i = start; i < start + shown; i++) wanted.push(deliveries.get(`${track.id}/${track.first + i}`));

  const drawn = `${start}+${shown}:` + wanted.map((delivery) => (delivery ? 1 : 0)).join("");
  if (lane.drawn !== drawn) {
    lane.drawn = drawn;
    lane.cells.replaceChildren(
      ...wanted.map((delivery, i) => createCell(delivery, track.first + start + i)), lane.playhead);
    lane.cells.setAttribute("aria-label", describe(track, wanted.filter(Boolean), total));
  }
  const within = (progress * total - start) / shown;
  lane.playhead.hidden = total === 0 || within < 0 || within > 1;
  lane.playhead.style.left = `calc(${Math.min(1, Math.max(0, within)) * 100}% - 1px)`;
}

function createCell(delivery, sequence) {
  const cell = document.createElement("div");
  cell.className = "cell";
  cell.title = `segment ${sequence}`;
  if (!delivery) return cell;
  cell.style.backgroundColor = colour(delivery.source);
  cell.title += ` from ${delivery.source}`;
  if (delivery.source === "origin" || delivery.source === "publisher") cell.classList.add(delivery.source);

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
  return null;
}

function describe(track, arrived, total) {
  const by = new Map();
  for (const delivery of arrived) by.set(delivery.source, (by.get(delivery.source) ?? 0) + 1);
  const parts = [...by].map(([source, segments]) => `${segments} from ${source}`);
  return `${track.name}: ${arrived.length} of ${total} segments; ${parts.join(", ")}`;
}
