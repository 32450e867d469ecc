"""One end that libtorrent plays, for the transfer bench; what it says and hears is described in
Ends/EndConsole.cs. Plaintext TCP between the addresses it is told, nothing else."""
import os
import sys
import threading
import time

import libtorrent as lt

words = dict(word.split("=", 1) for word in sys.argv[1:])
PIECE = 256 * 1024


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
        with open(path + ".new", "wb") as out:
            out.write(lt.bencode(made.generate()))
        os.rename(path + ".new", path)
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
handle = session.add_torrent(wanted)
awaited = ("seeding", "finished") if words["role"] == "seed" else ("downloading",)
while str(handle.status().state) not in awaited:
    time.sleep(0.02)


def watch_first():
    while handle.status().total_payload_download == 0:
        time.sleep(0.005)
    say("first")


def fetch(addresses):
    threading.Thread(target=watch_first, daemon=True).start()
    for address in addresses:
        host, port = address.rsplit(":", 1)
        handle.connect_peer((host, int(port)))
    finished = False
    while not finished:
        session.wait_for_alert(500)
        finished = any(isinstance(a, lt.torrent_finished_alert) for a in session.pop_alerts()) \
            or handle.status().is_seeding
    say("done")


say("ready %s:%d" % (words.get("address", "127.0.0.1"), session.listen_port()))
for line in sys.stdin:
    order = line.strip()
    if order.startswith("go"):
        fetch([a for a in order[2:].strip().split(",") if a])
    elif order == "stats":
        say("stats served=%d" % handle.status().total_payload_upload)
    elif order == "quit":
        break
os._exit(0)
