// The peers that are linked now.

import { bytes, milliseconds, rate } from "./format.js";
import { colour } from "./sources.js";

/** Fills the table, those who give most first. */
export function show(body, note, peers) {
  note.textContent = describe(peers);
  const most = Math.max(1, ...peers.map((peer) => peer.received));
  const sorted = [...peers]
    .sort((a, b) => b.received - a.received || a.name.localeCompare(b.name));
  body.replaceChildren(...sorted.map((peer) => createRow(peer, most)));
}

function describe(peers) {
  if (peers.length === 0) return "none yet";
  const viewers = peers.filter((peer) => peer.viewer).length;
  const others = peers.length - viewers;
  const parts = [`${viewers} viewer${viewers === 1 ? "" : "s"}`];
  if (others > 0) parts.push(`${others} publisher${others === 1 ? "" : "s"}`);
  return `${parts.join(" and ")} linked`;
}

function createRow(peer, most) {
  const row = document.createElement("tr");
  const name = createCell(peer.name, "name");
  const dot = document.createElement("i");
  dot.className = "dot";
  dot.style.backgroundColor = sourceColour(peer);
  name.prepend(dot);
  row.append(
    name,
    createCell(peer.viewer ? "viewer" : "publisher", "quiet spare"),
    createCell(peer.address || "–", "quiet spare"),
    createShare(peer, most),
    createCell(bytes(peer.received), "number"),
    createCell(rate(peer.down), peer.down > 0 ? "number" : "number quiet"),
    createCell(bytes(peer.sent), "number spare"),
    createCell(rate(peer.up), peer.up > 0 ? "number" : "number quiet"),
    createCell(milliseconds(peer.roundTripMs), "number quiet spare"));
  return row;
}

/** Its part of what all these peers gave, beside the one who gave most. */
function createShare(peer, most) {
  const cell = createCell("", "share");
  const bar = document.createElement("i");
  bar.style.width = `${(peer.received / most) * 100}%`;
  bar.style.backgroundColor = sourceColour(peer);
  cell.append(bar);
  return cell;
}

const sourceColour = (peer) => colour(peer.viewer ? peer.name : "publisher");

function createCell(text, kind) {
  const cell = document.createElement("td");
  cell.className = kind;
  cell.textContent = text;
  return cell;
}
