// Puts the page together: one stream of events drives all that moves.

import { showPlayer, showTotals } from "./figures.js";
import * as peers from "./peers.js";
import { Player } from "./player.js";
import * as rates from "./rates.js";
import { showLegend } from "./sources.js";
import * as timeline from "./timeline.js";

const byId = (id) => document.getElementById(id);
const states = {
  starting: "starting",
  playing: "playing",
  paused: "paused",
  stalled: "stalled",
  ended: "at the end",
};
let started = false;

const player = new Player(byId("video"), say);
const events = new EventSource("api/events");
events.addEventListener("message", (event) => show(JSON.parse(event.data)));
events.addEventListener("error", () => showState("lost", "gateway gone"));

function show(status) {
  document.title = `${status.name} · P2PStream`;
  byId("name").textContent = status.name;
  if (status.ready && !started) start(status);
  showState(player.status, status.ready ? states[player.status] : "looking for the stream");
  showTotals(status.totals);
  timeline.add(status.deliveries);
  timeline.show(byId("timeline"), status.tracks, player.progress, player.duration);
  showPlayer(player, timeline.ready(status.tracks, player.progress, player.duration));
  showLegend(byId("legend"));
  rates.add(status.totals);
  rates.show(byId("rates"), {
    top: byId("rates-top"), half: byId("rates-half"), down: byId("down"), up: byId("up"),
  });
  peers.show(byId("peers"), byId("peer-count"), status.peers);
}

function start(status) {
  started = true;
  if (status.kind !== "file") {
    player.playStream();
    return;
  }
  player.playFile();
}

function showState(kind, text) {
  const pill = byId("state");
  if (pill.textContent === text) return;
  pill.className = `pill ${kind}`;
  pill.textContent = text;
}

function say(text) {
  const message = byId("message");
  message.hidden = false;
  message.textContent = `${text} `;
  const link = document.createElement("a");
  link.href = byId("video").src.endsWith("/file") ? "file" : "master.m3u8";
  link.textContent = "Open it elsewhere";
  message.append(link);
}
