// One end that WebTorrent plays, for the transfer bench; what it says and hears is described in
// Ends/EndConsole.cs and Ends/Reading.cs. Plaintext TCP between the addresses it is told, nothing else.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import createTorrent from 'create-torrent'
import WebTorrent from 'webtorrent'

const FIRST = 1_000_000
const ON_TO = 16_000_000
const SOUGHT = 1_000_000
const STEP = 250_000
const MARK = 6_000_000
const MIDDLE_ALIGNMENT = 1 << 20
const PIECE = 256 * 1024

const words = Object.fromEntries(process.argv.slice(2).map(word => {
  const cut = word.indexOf('=')
  return [word.slice(0, cut), word.slice(cut + 1)]
}))
const say = line => process.stdout.write(line + '\n')
const seconds = since => (performance.now() - since) / 1000

// Made once: hashing the file is no part of a transfer.
async function metadata () {
  const path = words.file + '.webtorrent'
  if (!existsSync(path)) {
    const made = await promisify(createTorrent)(words.file, { pieceLength: PIECE, announceList: [] })
    writeFileSync(`${path}.${process.pid}`, made)
    renameSync(`${path}.${process.pid}`, path)
  }
  return readFileSync(path)
}

const client = new WebTorrent({
  dht: false, tracker: false, lsd: false, utp: false, utPex: false, natUpnp: false, natPmp: false,
  webSeeds: false, ...(words.up ? { uploadLimit: Number(words.up) } : {})
})
client.on('error', error => { say('error ' + error.message); process.exit(1) })
const torrent = client.add(await metadata(), { path: words.folder, announce: [] })
await once(torrent, words.role === 'seed' ? 'done' : 'ready')
if (!client.listening) await once(client, 'listening')

async function fetch () {
  torrent.once('download', () => say('first'))
  await once(torrent, 'done')
  if (words.verify === '1') {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(words.folder, torrent.files[0].path)), hash)
    say('hash ' + hash.digest('hex'))
  }
  say('done')
}

async function read (from, wanted, seen) {
  let got = 0
  for await (const chunk of torrent.files[0].createReadStream({ start: from })) {
    const bytes = chunk.subarray(0, wanted - got)
    const before = got
    got += bytes.length
    seen(bytes, before, got)
    if (got === wanted) break
  }
}

async function watch () {
  const started = performance.now()
  const hash = createHash('sha256')
  let first = 0
  let gap = 0
  let last = 0
  await read(0, ON_TO, (bytes, before, got) => {
    if (words.verify === '1') hash.update(bytes)
    const now = performance.now()
    if (before < FIRST && got >= FIRST) {
      first = (now - started) / 1000
      last = now
    } else if (before >= FIRST && Math.floor(before / STEP) !== Math.floor(got / STEP)) {
      gap = Math.max(gap, (now - last) / 1000)
      last = now
    }
    if (before < MARK && got >= MARK) say('mark')
  })
  const onTo = seconds(started)
  const received = torrent.received
  const sought = performance.now()
  const middle = Math.floor(torrent.length / 2 / MIDDLE_ALIGNMENT) * MIDDLE_ALIGNMENT
  await read(middle, SOUGHT, bytes => { if (words.verify === '1') hash.update(bytes) })
  const seek = seconds(sought)
  const fetched = torrent.received - received
  if (words.verify === '1') say('hash ' + hash.digest('hex'))
  say(`done first=${first} onTo=${onTo} gap=${gap} seek=${seek} fetched=${fetched}`)
}

createInterface({ input: process.stdin }).on('line', line => {
  if (line.startsWith('go')) {
    const going = words.role === 'viewer' ? watch() : fetch()
    going.catch(error => say('error ' + error.message))
    for (const peer of line.slice(2).trim().split(',').filter(Boolean)) torrent.addPeer(peer)
  } else if (line === 'stats') {
    say(`stats served=${torrent.uploaded}`)
  } else if (line === 'quit') {
    process.exit(0)
  }
}).on('close', () => process.exit(0))
say(`ready ${words.address}:${client.address().port}`)
