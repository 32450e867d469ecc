// DHT nodes of bittorrent-dht (npm), one an address, driven by lines of JSON as libtorrent_nodes.py is.
// Arguments: the folder of the package, then the same JSON.
import crypto from 'node:crypto'
import path from 'node:path'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'

const againMilliseconds = 500
const { default: DHT } = await import(pathToFileURL(path.join(process.argv[2], 'index.js')))
const config = JSON.parse(process.argv[3])

// RFC 8410: the few bytes that come before a raw Ed25519 key.
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const secretPrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicKey = raw =>
  crypto.createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' })
const secretKey = seed =>
  crypto.createPrivateKey({ key: Buffer.concat([secretPrefix, seed]), format: 'der', type: 'pkcs8' })
const verify = (signature, message, key) => crypto.verify(null, message, publicKey(key), signature)
const hex = text => Buffer.from(text, 'hex')
const say = message => process.stdout.write(JSON.stringify(message) + '\n')

const bootstrap = config.bootstrap.length ? config.bootstrap : false
const nodes = []
const places = []
for (const address of config.addresses) {
  const node = new DHT({ bootstrap, verify, host: address })
  node.on('error', () => {})
  node.on('warning', () => {})
  await new Promise(resolve => node.listen(0, address, resolve))
  nodes.push(node)
  places.push(`${address}:${node.address().port}`)
}
say({ nodes: places })

// Looks until something is found.
function search (id, look) {
  look(found => {
    if (found) say({ id, ...found })
    else setTimeout(search, againMilliseconds, id, look)
  })
}

function getPeers (node, id, key) {
  const found = new Set()
  const heard = (peer, hash) => {
    if (hash.toString('hex') === key) found.add(`${peer.host}:${peer.port}`)
  }
  node.on('peer', heard)
  search(id, done => node.lookup(key, () => {
    if (found.size) node.off('peer', heard)
    done(found.size ? { peers: [...found] } : null)
  }))
}

function salted (order) {
  return order.salt ? { salt: hex(order.salt) } : {}
}

const told = id => (error, key, stored) =>
  say(error ? { id, error: error.message } : { id, stored })

const actions = {
  add (node, order) {
    const at = order.to.lastIndexOf(':')
    node.addNode({ host: order.to.slice(0, at), port: Number(order.to.slice(at + 1)) })
    say({ id: order.id })
  },
  announce (node, order) {
    const announce = () => node.announce(order.key, order.port, error => {
      if (error) setTimeout(announce, againMilliseconds)
      else say({ id: order.id })
    })
    announce()
  },
  get_peers (node, order) {
    getPeers(node, order.id, order.key)
  },
  get_immutable (node, order) {
    search(order.id, done => node.get(order.target, { cache: false }, (_, item) =>
      done(item && item.v ? { value: item.v.toString('hex') } : null)))
  },
  get_mutable (node, order) {
    const target = crypto.createHash('sha1').update(hex(order.key)).update(hex(order.salt)).digest()
    search(order.id, done => node.get(target, { cache: false, ...salted(order) }, (_, item) =>
      done(item && item.v ? { value: item.v.toString('hex'), sequence: item.seq } : null)))
  },
  put_immutable (node, order) {
    node.put({ v: hex(order.value) }, told(order.id))
  },
  put_mutable (node, order) {
    const sign = message => crypto.sign(null, message, secretKey(hex(order.seed)))
    const item = { k: hex(order.key), seq: order.sequence, v: hex(order.value), sign, ...salted(order) }
    node.put(item, told(order.id))
  }
}

readline.createInterface({ input: process.stdin })
  .on('line', line => {
    const order = JSON.parse(line)
    actions[order.do](nodes[order.node], order)
  })
  .on('close', () => process.exit(0))
