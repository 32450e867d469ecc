// The peers that are linked now.

import { bytes, milliseconds, rate } from "./format.js";
import { colour } from "./sources.js";

/** Fills the table, those who give most first. */
export function show(body, note, peers) {
  const viewers = peers.filter((peer) => peer.viewer).length;
  note.textContent = peers.length === 0 ? "none yet" : `${peers.length} linked, ${viewers} of them viewers`;
  const sorted = [...peers].sort((a, b) => b.received - a.received || a.name.localeCompare(b.name));
  body.replaceChildren(...sorted.map(createRow));
}

function createRow(peer) {
  const row = document.createElement("tr");
  const name = createCell(peer.name, "name");
  const dot = document.createElement("i");
  dot.className = "dot";
  dot.style.backgroundColor = colour(peer.viewer ? peer.name : "publisher");
  name.prepend(dot);
  row.append(
    name,
    createCell(peer.viewer ? "viewer" : "publisher", "quiet"),
    createCell(peer.address || "–", "quiet"),
    createCell(rate(peer.down), "number"),
    createCell(rate(peer.up), "number"),
    createCell(bytes(peer.received), "number"),
    createCell(bytes(peer.sent), "number"),
    createCell(milliseconds(peer.roundTripMs), "number quiet"));
  return row;
}

function createCell(text, kind) {
  const cell = document.createElement("td");
  cell.className = kind;
  cell.textContent = text;
  return cell;
}
