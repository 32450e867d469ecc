"""One end that libtorrent plays, for the transfer bench; what it says and hears is described in
Ends/EndConsole.cs and Ends/Reading.cs. Plaintext TCP between the addresses it is told, nothing else."""
import hashlib
import os
import sys
import threading
import time

import libtorrent as lt

words = dict(word.split("=", 1) for word in sys.argv[1:])
PIECE = 256 * 1024

# What a player reads; see Ends/Reading.cs.
FIRST = 1_000_000
ON_TO = 16_000_000
SOUGHT = 1_000_000
STEP = 250_000
MARK = 6_000_000
MIDDLE_ALIGNMENT = 1 << 20

# A player keeps deadlines on so much ahead of it, and each piece is due so much after the one before.
AHEAD = 8_000_000
DUE_STEP_MS = 100


def say(text):
    print(text, flush=True)


def settings():
    chosen = lt.high_performance_seed() if words.get("tuned") == "1" else {}
    chosen.update({
        "listen_interfaces": words.get("address", "127.0.0.1") + ":0",
        "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
        "enable_outgoing_utp": False, "enable_incoming_utp": False,
        "out_enc_policy": 2, "in_enc_policy": 2,
        "allow_multiple_connections_per_ip": True,
        "upload_rate_limit": int(words.get("up", "0")),
        "alert_mask": lt.alert.category_t.status_notification
        | lt.alert.category_t.error_notification | lt.alert.category_t.storage_notification,
    })
    return chosen


def torrent():
    """The torrent of the file, made once: hashing it is no part of a transfer."""
    version = words.get("version", "v2")
    path = words["file"] + "." + version + ".torrent"
    if not os.path.exists(path):
        files = lt.file_storage()
        lt.add_files(files, words["file"])
        flags = lt.create_torrent.v2_only if version == "v2" else lt.create_torrent.v1_only
        made = lt.create_torrent(files, PIECE, flags)
        lt.set_piece_hashes(made, os.path.dirname(words["file"]))
        fresh = "%s.%d" % (path, os.getpid())
        with open(fresh, "wb") as out:
            out.write(lt.bencode(made.generate()))
        os.rename(fresh, path)
    return lt.torrent_info(path)


session = lt.session(settings())
# Loopback is in a class of its own, without rate limits, unless it is told otherwise.
peers = lt.ip_filter()
peers.add_rule("0.0.0.0", "255.255.255.255", 1 << int(lt.session.global_peer_class_id))
session.set_peer_class_filter(peers)
wanted = lt.add_torrent_params()
wanted.ti = torrent()
wanted.save_path = words["folder"]
wanted.flags &= ~(lt.torrent_flags.paused | lt.torrent_flags.auto_managed)
if words.get("mode") == "sequential":
    wanted.flags |= lt.torrent_flags.sequential_download
handle = session.add_torrent(wanted)
awaited = ("seeding", "finished") if words["role"] == "seed" else ("downloading",)
while str(handle.status().state) not in awaited:
    time.sleep(0.02)


def watch_first():
    while handle.status().total_payload_download == 0:
        time.sleep(0.005)
    say("first")


def connect(addresses):
    for address in addresses:
        host, port = address.rsplit(":", 1)
        handle.connect_peer((host, int(port)))


def fetch(addresses):
    threading.Thread(target=watch_first, daemon=True).start()
    connect(addresses)
    finished = False
    while not finished:
        session.wait_for_alert(500)
        finished = any(isinstance(a, lt.torrent_finished_alert) for a in session.pop_alerts()) \
            or handle.status().is_seeding
    if words.get("verify") == "1":
        # A piece counts as had when its hash is right: its blocks may be on their way to the file.
        handle.flush_cache()
        flushed = False
        while not flushed:
            session.wait_for_alert(500)
            flushed = any(isinstance(a, lt.cache_flushed_alert) for a in session.pop_alerts())
        digest = hashlib.sha256()
        with open(os.path.join(words["folder"], os.path.basename(words["file"])), "rb") as got:
            while chunk := got.read(1 << 20):
                digest.update(chunk)
        say("hash " + digest.hexdigest())
    say("done")


class Player:
    """Reads pieces in order, with deadlines on those ahead of it."""

    def __init__(self):
        self.total = wanted.ti.total_size()
        self.count = wanted.ti.num_pieces()
        self.pieces = {}
        self.asked = set()

    def piece(self, index):
        """Waits for a piece; gives its bytes."""
        for step, i in enumerate(range(index, min(index + AHEAD // PIECE, self.count))):
            if i not in self.asked:
                self.asked.add(i)
                handle.set_piece_deadline(
                    i, DUE_STEP_MS * (step + 1), lt.deadline_flags_t.alert_when_available)
        while index not in self.pieces:
            session.wait_for_alert(500)
            for alert in session.pop_alerts():
                if not isinstance(alert, lt.read_piece_alert):
                    continue
                if alert.error.value() == 0:
                    self.pieces[alert.piece] = alert.buffer
                else:
                    self.asked.discard(alert.piece)
        return self.pieces.pop(index)

    def read(self, offset, length):
        """Gives the bytes from a piece's beginning on, piece by piece."""
        index = offset // PIECE
        while length > 0:
            data = self.piece(index)[:length]
            index += 1
            length -= len(data)
            yield data

    def leap(self):
        """What was ahead of the reader is not wanted any more."""
        handle.clear_piece_deadlines()
        self.asked.clear()
        self.pieces.clear()


def watch(addresses):
    player = Player()
    digest = hashlib.sha256()
    verify = words.get("verify") == "1"
    started = last = time.perf_counter()
    first = gap = 0.0
    got = 0
    connect(addresses)
    for data in player.read(0, ON_TO):
        before, got = got, got + len(data)
        now = time.perf_counter()
        if before < FIRST <= got:
            first, last = now - started, now
        elif before >= FIRST and before // STEP != got // STEP:
            gap, last = max(gap, now - last), now
        if before < MARK <= got:
            say("mark")
        if verify:
            digest.update(data)
    on_to = time.perf_counter() - started
    received = handle.status().total_payload_download
    sought = time.perf_counter()
    player.leap()
    for data in player.read(player.total // 2 // MIDDLE_ALIGNMENT * MIDDLE_ALIGNMENT, SOUGHT):
        if verify:
            digest.update(data)
    seek = time.perf_counter() - sought
    fetched = handle.status().total_payload_download - received
    if verify:
        say("hash " + digest.hexdigest())
    say("done first=%f onTo=%f gap=%f seek=%f fetched=%d" % (first, on_to, gap, seek, fetched))


say("ready %s:%d" % (words.get("address", "127.0.0.1"), session.listen_port()))
for line in sys.stdin:
    order = line.strip()
    if order.startswith("go"):
        told = [a for a in order[2:].strip().split(",") if a]
        # Beside this loop: what is asked meanwhile is answered.
        work = watch if words["role"] == "viewer" else fetch
        threading.Thread(target=work, args=(told,), daemon=True).start()
    elif order == "stats":
        say("stats served=%d" % handle.status().total_payload_upload)
    elif order == "quit":
        break
os._exit(0)
