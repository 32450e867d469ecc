"""DHT nodes of libtorrent, one session an address, driven by lines of JSON.

Argument: {"addresses": [...], "bootstrap": ["ADDRESS:PORT", ...]}. The first line out is
{"nodes": ["ADDRESS:PORT", ...]}. Then for each line in, {"id", "node", "do", ...}, a line out with
the same id. What is looked for is asked for until it is found, and what is put until somebody has it:
before its first neighbour libtorrent says nothing.
"""
import hashlib
import json
import os
import select
import sys
import time

import libtorrent as lt

AGAIN_SECONDS = 0.5

# One thread for all sessions, which looks this often: with a thread each, the binding now and then crashes.
LOOK_SECONDS = 0.005

config = json.loads(sys.argv[1])
waiting = {}  # (kind, key) -> [request ids]; each with the node that asks
askers = {}


def session(address):
    # By default a node keeps one neighbour of an address, bans who asks often, and limits what it says.
    return lt.session({
        'listen_interfaces': address + ':0', 'enable_dht': True, 'enable_lsd': False,
        'enable_upnp': False, 'enable_natpmp': False,
        'dht_bootstrap_nodes': ','.join(config['bootstrap']),
        'dht_restrict_routing_ips': False, 'dht_restrict_search_ips': False,
        'dht_ignore_dark_internet': False, 'dht_enforce_node_id': False,
        'dht_prefer_verified_node_ids': False, 'dht_block_ratelimit': 100000,
        'dht_upload_rate_limit': 100000000, 'aio_threads': 1, 'hashing_threads': 1,
        'alert_mask': lt.alert.category_t.dht_operation_notification
        | lt.alert.category_t.dht_notification})


sessions = [session(address) for address in config['addresses']]


def say(message):
    print(json.dumps(message), flush=True)


def wait(kind, node, key, request, ask):
    waiting.setdefault((kind, node, key), []).append(request)
    askers[(kind, node, key)] = ask
    ask()


def answer(kind, node, key, **found):
    askers.pop((kind, node, key), None)
    for request in waiting.pop((kind, node, key), []):
        say({'id': request, **found})


def expanded(seed):
    h = bytearray(hashlib.sha512(seed).digest())
    h[0] &= 248
    h[31] &= 63
    h[31] |= 64
    return bytes(h)


def handle(node, alert):
    if isinstance(alert, lt.dht_get_peers_reply_alert):
        if alert.num_peers() > 0:
            answer('peers', node, str(alert.info_hash), peers=['%s:%d' % p for p in alert.peers()])
    elif isinstance(alert, lt.dht_immutable_item_alert):
        value = alert.item['value']
        if value is not None:
            answer('immutable', node, str(alert.target), value=value.hex())
    elif isinstance(alert, lt.dht_mutable_item_alert):
        item = alert.item
        if alert.authoritative and item['value'] is not None:
            answer('mutable', node, (item['key'], item['salt']), value=item['value'].hex(),
                   sequence=item['seq'])
    elif isinstance(alert, lt.dht_put_alert):
        # The salt comes as text, unlike everywhere else.
        mutable = any(alert.public_key)
        key = (alert.public_key, alert.salt.encode()) if mutable else str(alert.target)
        if alert.num_success > 0:
            answer('put', node, key, stored=alert.num_success)


def announce(node, key):
    torrent = lt.parse_magnet_uri('magnet:?xt=urn:btih:' + key)
    torrent.save_path = '/nonexistent'
    sessions[node].add_torrent(torrent).force_dht_announce()


def do(order):
    node, request = order['node'], order['id']
    s = sessions[node]
    what = order['do']
    if what == 'add':
        host, port = order['to'].rsplit(':', 1)
        s.add_dht_node((host, int(port)))
        say({'id': request})
    elif what == 'announce':
        announce(node, order['key'])
        say({'id': request})
    elif what == 'get_peers':
        key = lt.sha1_hash(bytes.fromhex(order['key']))
        wait('peers', node, order['key'], request, lambda: s.dht_get_peers(key))
    elif what == 'get_immutable':
        target = lt.sha1_hash(bytes.fromhex(order['target']))
        wait('immutable', node, order['target'], request, lambda: s.dht_get_immutable_item(target))
    elif what == 'get_mutable':
        key, salt = bytes.fromhex(order['key']), bytes.fromhex(order['salt'])
        wait('mutable', node, (key, salt), request, lambda: s.dht_get_mutable_item(key, salt))
    elif what == 'put_immutable':
        value = bytes.fromhex(order['value'])
        target = hashlib.sha1(b'%d:%s' % (len(value), value)).hexdigest()
        wait('put', node, target, request, lambda: s.dht_put_immutable_item(value))
    elif what == 'put_mutable':
        key, salt = bytes.fromhex(order['key']), bytes.fromhex(order['salt'])
        secret, value = expanded(bytes.fromhex(order['seed'])), bytes.fromhex(order['value'])
        wait('put', node, (key, salt), request,
             lambda: s.dht_put_mutable_item(secret, key, value, salt))


say({'nodes': ['%s:%d' % (address, s.listen_port())
               for address, s in zip(config['addresses'], sessions)]})
again = time.monotonic() + AGAIN_SECONDS
unread = b''
while True:
    if select.select([0], [], [], LOOK_SECONDS)[0]:
        read = os.read(0, 65536)
        if not read:
            os._exit(0)
        *lines, unread = (unread + read).split(b'\n')
        for line in lines:
            do(json.loads(line))
    for node, s in enumerate(sessions):
        for alert in s.pop_alerts():
            handle(node, alert)
    if time.monotonic() >= again:
        again = time.monotonic() + AGAIN_SECONDS
        for ask in list(askers.values()):
            ask()
