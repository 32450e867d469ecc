// DHT nodes that bittorrent-dht plays, for the DHT bench: many that make up a network, or one that looks
// things up in it; what it says and hears is described in Ends/EndConsole.cs and Ends/DhtKeys.cs.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import DHT from 'bittorrent-dht'

// Nodes that an answer names (BEP 5).
const ANSWERED = 8

const words = Object.fromEntries(process.argv.slice(2).map(word => {
  const cut = word.indexOf('=')
  return [word.slice(0, cut), word.slice(cut + 1)]
}))
const say = line => process.stdout.write(line + '\n')
const bootstrap = words.bootstrap ? words.bootstrap.split(',') : false

async function start (address) {
  const node = new DHT({ bootstrap, host: address })
  node.on('error', () => {})
  node.on('warning', () => {})
  // It answers with all nodes that it knows, in datagrams that libtorrent drops. Here with eight, as the
  // others do; what it asks for itself says how many.
  const closest = node.nodes.closest.bind(node.nodes)
  node.nodes.closest = (id, count = ANSWERED) => closest(id, count)
  const ready = new Promise(resolve => node.once('ready', resolve))
  await new Promise(resolve => node.listen(0, address, resolve))
  await ready
  return node
}

const place = (node, address) => `${address}:${node.address().port}`

function median (values) {
  if (!values.length) return 0
  const sorted = values.slice().sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}

// Looks up `width` keys at once; a look-up is complete when the library calls back.
function run (node, keys, width) {
  return new Promise(resolve => {
    const looking = new Map()
    const first = []
    const complete = []
    let next = 0
    const begun = performance.now()
    const heard = (peer, hash) => {
      const one = looking.get(hash.toString('hex'))
      if (!one || one.found || one.peer !== `${peer.host}:${peer.port}`) return
      one.found = true
      first.push(performance.now() - one.started)
    }
    const look = () => {
      const { key, peer } = keys[next++]
      const one = { peer, started: performance.now(), found: false }
      looking.set(key, one)
      node.lookup(key, () => {
        complete.push(performance.now() - one.started)
        looking.delete(key)
        if (next < keys.length) return look()
        if (looking.size) return
        node.off('peer', heard)
        const seconds = (performance.now() - begun) / 1000
        say(`done found=${first.length} seconds=${seconds} first=${median(first) / 1000} ` +
          `complete=${median(complete) / 1000}`)
        resolve()
      })
    }
    node.on('peer', heard)
    for (let i = 0; i < width; i++) look()
  })
}

if (words.role === 'network') {
  const addresses = words.addresses.split(',')
  const nodes = []
  for (const address of addresses) nodes.push(await start(address))
  say('ready ' + nodes.map((node, i) => place(node, addresses[i])).join(','))
}

let looker
let keys
if (words.role === 'looker') {
  looker = await start(words.address)
  say('ready ' + place(looker, words.address))
}

createInterface({ input: process.stdin })
  .on('line', line => {
    const [order, range] = line.split(' ')
    if (order === 'quit') process.exit(0)
    if (order !== 'go') return
    keys ??= readFileSync(words.keys, 'utf8').trim().split('\n').map(one => {
      const [key, peer] = one.split(' ')
      return { key, peer }
    })
    const [from, count, width] = range.split(',').map(Number)
    run(looker, keys.slice(from, from + count), width)
  })
  .on('close', () => process.exit(0))
