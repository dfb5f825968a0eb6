/**
 * Proves that damaged OSPF packets of real routers, under good checksums and from the address of a Full neighbour, make no process throw,
 * and that it is a router still afterwards. `npm run fuzz` sends more of them: FUZZ_PACKETS, FUZZ_SEED.
 */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { CaptureReader } from '../../src/capture/capture-reader.js';
import { sealPacket } from '../../src/wire/ospf/authentication.js';
import { isLsaChecksumValid } from '../../src/wire/ospf/fletcher-checksum.js';
import { OSPF_HEADER_LENGTH, PacketType } from '../../src/wire/ospf/packet.js';
import { segment } from '../ospf/segment.js';
import { Dice, Mutator, layoutOf } from './mutation.mjs';
import { corpusOf } from './subjects.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const PACKETS = Number(process.env.FUZZ_PACKETS ?? 12_000);
const ALL_ROUTERS = 0xe0000005;
/** A fresh segment after so many: a process that holds thousands of made-up LSAs is slow, and no longer Full with anybody. */
const PER_SEGMENT = 1000;

const roles = ['DR', 'Backup', 'DROther'] as const;

interface Sample { readonly bytes: Uint8Array; readonly linkType: number }

function ospfFrames(): Sample[][] {
  return corpusOf({ CaptureReader }, [`${ROOT}/pcaps`, `${ROOT}/test/fixtures`])
    .map(({ frames }: { frames: Sample[] }) => frames.filter(({ bytes, linkType }) => linkType === 1 && layoutOf(bytes)?.protocol === 89))
    .filter((frames: Sample[]) => frames.length > 0);
}

test(`${PACKETS} damaged packets into a Full adjacency`, () => {
  const dice = new Dice(SEED, 0xadace);
  const mutator = new Mutator(ospfFrames(), dice);
  let accepted = 0;
  for (let sent = 0; sent < PACKETS;) {
    const role = roles[Math.floor(sent / PER_SEGMENT) % roles.length];
    const s = segment(role);
    let last: Uint8Array = new Uint8Array(0);
    try {
      for (const end = Math.min(PACKETS, sent + PER_SEGMENT); sent < end; sent++) {
        const layout = layoutOf(mutator.next());
        if (layout === undefined || layout.protocol !== 89 || layout.end - layout.payload < OSPF_HEADER_LENGTH) continue;
        const bytes = mutator.bytes().slice(layout.payload, layout.end);
        const peer = dice.oneIn(2) ? s.a : s.b;
        disguise(bytes, peer.routerId, dice);
        last = bytes;
        const before = s.bench.process.allLsas().length;
        if (dice.oneIn(8)) s.bench.process.receive(s.bench.now, 2, dice.word(), ALL_ROUTERS, bytes);
        else peer.deliver(bytes, ALL_ROUTERS);
        if (s.bench.process.allLsas().length !== before) accepted++;
        if (dice.oneIn(10)) s.bench.wait(dice.below(3 * SECOND));
        if (dice.oneIn(6)) peer.hello();
        if (dice.oneIn(4)) for (const one of [s.a, s.b]) if (one.state !== 'Full') revive(one);
        s.bench.take();
        s.bench.traces = [];
      }
      s.settle(10 * SECOND);
    } catch (thrown) {
      throw new Error(`seed ${SEED}, packet ${sent}, ${role}: ${Buffer.from(last).toString('hex')}`, { cause: thrown });
    }
    const { process: router } = s.bench;
    const [own] = router.areas[0].lsdb.ofType(1).filter((lsa) => lsa.header.advertisingRouter === router.routerId);
    expect(own).toMatchObject({ isReceived: false });
    for (const lsa of router.allLsas()) expect(isLsaChecksumValid(lsa.bytes, 0, lsa.bytes.length)).toBe(true);
  }
  expect(accepted).toBeGreaterThan(PACKETS / 100);
});

/** As from the neighbour: its router id, area 0, no authentication; a Hello mostly with the intervals of the segment. */
function disguise(bytes: Uint8Array, routerId: number, dice: { oneIn(n: number): boolean }): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes[0] = 2;
  view.setUint32(4, routerId);
  view.setUint32(8, 0);
  if (dice.oneIn(2)) view.setUint16(2, bytes.length);
  if (bytes[1] === PacketType.hello && bytes.length >= 44 && !dice.oneIn(4)) {
    view.setUint32(24, 0xffffff00);
    view.setUint16(28, 10);
    view.setUint32(32, 40);
    if (bytes.length >= 48) view.setUint32(44, 0x05050505); // it has heard us
  }
  const length = view.getUint16(2);
  if (length >= OSPF_HEADER_LENGTH && length <= bytes.length) sealPacket(bytes, 0, length, { type: 'none' }, 0);
}

function revive(peer: { state: string | undefined; hello(options?: object): void; toExStart(): void; toFull(): void }): void {
  peer.hello({ neighbors: [] });
  peer.toExStart();
  if (peer.state === 'ExStart') peer.toFull();
}
