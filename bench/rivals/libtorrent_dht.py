"""DHT nodes that libtorrent plays, for the DHT bench: many that make up a network, or one that looks
things up in it; what it says and hears is described in Ends/EndConsole.cs and Ends/DhtKeys.cs."""
import os
import statistics
import sys
import time

import libtorrent as lt

words = dict(word.split("=", 1) for word in sys.argv[1:])


def say(text):
    print(text, flush=True)


def session(address, alerts):
    # By default a node keeps one neighbour of an address, passes over loopback, bans who asks often, and
    # sends 8 kB a second.
    return lt.session({
        "listen_interfaces": address + ":0", "enable_dht": True, "enable_lsd": False,
        "enable_upnp": False, "enable_natpmp": False,
        "dht_bootstrap_nodes": words["bootstrap"],
        "dht_restrict_routing_ips": False, "dht_restrict_search_ips": False,
        "dht_ignore_dark_internet": False, "dht_enforce_node_id": False,
        "dht_prefer_verified_node_ids": False, "dht_block_ratelimit": 1000000,
        "dht_upload_rate_limit": 100000000, "dht_max_peers_reply": 500,
        "aio_threads": 1, "hashing_threads": 1, "alert_mask": alerts})


def bootstrapped(one):
    while True:
        one.wait_for_alert(500)
        if any(isinstance(a, lt.dht_bootstrap_alert) for a in one.pop_alerts()):
            return


class Looker:
    """Looks keys up. libtorrent tells of replies with peers as they come, and not of a look-up's end:
    which are still under way is asked for again and again, which costs it some 20 us each time."""

    def __init__(self, node):
        self.node = node
        self.keys = []
        with open(words["keys"]) as lines:
            for line in lines:
                key, peer = line.split()
                self.keys.append((lt.sha1_hash(bytes.fromhex(key)), key, peer))

    def run(self, begin, count, width):
        wanted = {key: peer for _, key, peer in self.keys[begin:begin + count]}
        waiting = self.keys[begin:begin + count][::-1]
        started, found, first, complete = {}, set(), [], []
        active = 0
        start = time.perf_counter()
        while waiting or active:
            while waiting and active < width:
                asked, key, _ = waiting.pop()
                started[key] = time.perf_counter()
                self.node.dht_get_peers(asked)
                active += 1
            self.node.post_dht_stats()
            told = None
            while told is None:
                self.node.wait_for_alert(500)
                for alert in self.node.pop_alerts():
                    if isinstance(alert, lt.dht_get_peers_reply_alert):
                        key = str(alert.info_hash)
                        if key in wanted and key not in found \
                                and wanted[key] in ["%s:%d" % p for p in alert.peers()]:
                            found.add(key)
                            first.append(time.perf_counter() - started[key])
                    elif isinstance(alert, lt.dht_stats_alert):
                        told = sum(one["type"] == "get_peers" for one in alert.active_requests)
            active = told
            if width == 1 and active == 0:
                complete.append(time.perf_counter() - started[key])
        seconds = time.perf_counter() - start
        say("done found=%d seconds=%f first=%f complete=%f" % (
            len(found), seconds, statistics.median(first or [0]), statistics.median(complete or [0])))


if words["role"] == "network":
    nodes = [session(address, lt.alert.category_t.dht_notification)
             for address in words["addresses"].split(",")]
    for one in nodes:
        if words["bootstrap"]:
            bootstrapped(one)
    for one, address in zip(nodes, words["addresses"].split(",")):
        one.apply_settings({"alert_mask": 0})
    say("ready " + ",".join("%s:%d" % (address, one.listen_port())
                            for address, one in zip(words["addresses"].split(","), nodes)))
    sys.stdin.read()
else:
    looking = session(words["address"], lt.alert.category_t.dht_notification)
    bootstrapped(looking)
    looking.apply_settings({"alert_mask": lt.alert.category_t.dht_operation_notification})
    say("ready %s:%d" % (words["address"], looking.listen_port()))
    looker = None
    for line in sys.stdin:
        order = line.split()
        if order[0] == "quit":
            break
        if order[0] == "go":
            looker = looker or Looker(looking)
            looker.run(*(int(number) for number in order[1].split(",")))
os._exit(0)
