// The figures beside the picture.

import { bytes, size } from "./format.js";

const longestBuffer = 30;
const byId = (id) => document.getElementById(id);

/** Shows what the swarm has counted. */
export function showTotals(totals) {
  byId("offload").textContent = Math.round(totals.offload * 100);
  byId("from-viewers").textContent = bytes(totals.fromViewers);
  byId("from-publisher").textContent = bytes(totals.fromPublisher);
  byId("from-origin").textContent = bytes(totals.fromOrigin);
  const [served, unit] = size(totals.served);
  byId("served").textContent = served;
  byId("served-unit").textContent = unit;
  byId("rejected").textContent = totals.rejected;
  byId("stall-reasons").textContent = reasons(totals.stallReasons);
  byId("origin-reasons").textContent = reasons(totals.originReasons);
  showShares(totals);
}

/** Reasons in words, the most frequent first: "firstCopy" is the gateway's name of "first copy". */
function reasons(counts) {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)} ${count}`)
    .join(", ");
}

function showShares(totals) {
  const root = byId("shares");
  const all = Math.max(1, totals.delivered);
  const shares = [
    ["viewers", totals.fromViewers],
    ["publisher", totals.fromPublisher],
    ["origin", totals.fromOrigin],
  ];
  if (root.children.length === 0) {
    root.append(...shares.map(([name]) => {
      const part = document.createElement("span");
      part.className = name;
      return part;
    }));
  }
  shares.forEach(([, part], i) => { root.children[i].style.width = `${(part / all) * 100}%`; });
  const text = shares.map(([name, part]) => `${Math.round((part / all) * 100)}% from ${name}`);
  root.setAttribute("aria-label", text.join(", "));
}

/** Shows what the player does, and how much the swarm holds ready for it, in seconds. */
export function showPlayer(player, ready) {
  byId("buffer").textContent = player.buffered.toFixed(1);
  const bar = byId("buffer-bar");
  bar.setAttribute("aria-valuenow", player.buffered.toFixed(1));
  const [behind, front] = bar.children;
  front.style.width = share(player.buffered);
  // What the player holds has arrived, too.
  const arrived = Math.max(ready, player.buffered);
  behind.style.width = share(arrived);
  byId("ready").textContent = arrived.toFixed(0);
  byId("startup").textContent = player.startUp === null ? "–" : Math.round(player.startUp);
  byId("stalls").textContent = player.stalls;
  byId("stalled").textContent = `${(player.stalledFor / 1000).toFixed(1)} s`;
}

const share = (seconds) => `${Math.min(1, seconds / longestBuffer) * 100}%`;
