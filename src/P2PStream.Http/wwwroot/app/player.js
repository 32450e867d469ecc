// Plays the stream and measures how that goes.

import Hls from "../lib/hls.js/hls.min.mjs";

const reportEvery = 500;
// The gateway is on this machine and holds more: the player needs enough for a hiccup of its own,
// and with a short buffer a change of rendition or a seek wastes little.
const bufferGoal = 10;

/** A video element that plays this gateway's stream. */
export class Player {
  startUp = null;
  stalls = 0;
  #stalledBefore = 0;
  #stalledSince = null;
  #begun = performance.now();
  #video;
  #hls = null;
  #fail;

  /** Takes an element; fail is told in one sentence why nothing plays. */
  constructor(video, fail) {
    this.#video = video;
    this.#fail = fail;
    video.addEventListener("playing", () => this.#playing());
    video.addEventListener("waiting", () => this.#waiting());
    setInterval(() => this.#report(), reportEvery);
  }

  /** Plays the playlist. */
  playStream() {
    this.#begun = performance.now();
    if (Hls.isSupported()) {
      // The module brings no worker; fragmented MP4 needs none.
      this.#hls = new Hls({
        enableWorker: false,
        maxBufferLength: bufferGoal,
        // Beyond it the swarm fetches ahead, in the order that suits all its viewers.
        maxMaxBufferLength: bufferGoal,
        backBufferLength: 30,
      });
      this.#hls.on(Hls.Events.ERROR, (_, error) => this.#error(error));
      this.#hls.loadSource("master.m3u8");
      this.#hls.attachMedia(this.#video);
    } else if (this.#video.canPlayType("application/vnd.apple.mpegurl")) {
      this.#video.src = "master.m3u8";
    } else {
      this.#fail("This browser plays no HLS.");
      return;
    }
    this.#play();
  }

  /** Plays the file, where the stream is one. */
  playFile() {
    this.#begun = performance.now();
    this.#video.addEventListener(
      "error", () => this.#fail("This file is no media that the browser plays."));
    this.#video.src = "file";
    this.#play();
  }

  /** Seconds of the whole stream; 0 while nobody knows. */
  get duration() {
    const { duration } = this.#video;
    return Number.isFinite(duration) ? duration : 0;
  }

  /** How far through the stream the playhead is, 0 to 1. */
  get progress() {
    return this.duration > 0 ? Math.min(1, this.#video.currentTime / this.duration) : 0;
  }

  /** Seconds of media ahead of the playhead. */
  get buffered() {
    const { buffered, currentTime } = this.#video;
    for (let i = 0; i < buffered.length; i++) {
      // A hair before the first range counts as in it: audio and video rarely start together.
      if (buffered.start(i) <= currentTime + 0.1 && currentTime < buffered.end(i)) {
        return buffered.end(i) - currentTime;
      }
    }
    return 0;
  }

  /** Milliseconds stalled so far. */
  get stalledFor() {
    const now = this.#stalledSince === null ? 0 : performance.now() - this.#stalledSince;
    return this.#stalledBefore + now;
  }

  /** What it is doing, in the gateway's words. */
  get status() {
    if (this.#video.ended) return "ended";
    if (this.startUp === null) return "starting";
    if (this.#stalledSince !== null) return "stalled";
    return this.#video.paused ? "paused" : "playing";
  }

  #play() {
    // Refused only where autoplay is; the controls are there.
    this.#video.play().catch(() => {});
  }

  #playing() {
    if (this.startUp === null) this.startUp = performance.now() - this.#begun;
    if (this.#stalledSince !== null) this.#stalledBefore += performance.now() - this.#stalledSince;
    this.#stalledSince = null;
  }

  #waiting() {
    if (this.startUp === null || this.#stalledSince !== null || this.#video.seeking) return;
    this.stalls++;
    this.#stalledSince = performance.now();
  }

  #error(error) {
    if (!error.fatal) return;
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR) this.#hls.recoverMediaError();
    else if (error.type !== Hls.ErrorTypes.NETWORK_ERROR) {
      this.#fail(`The player gave up: ${error.details}.`);
    } else setTimeout(() => this.#hls.startLoad(), 1000);
  }

  #report() {
    const report = {
      status: this.status,
      position: this.#video.currentTime,
      buffered: this.buffered,
      rate: this.#video.playbackRate,
    };
    fetch("api/player", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(report),
    }).catch(() => {});
  }
}
