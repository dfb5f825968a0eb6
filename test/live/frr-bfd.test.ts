/**
 * BFD with a real bfdd: a wire falls silent, and both ends know it within their detection times [5880:6.8.4], long before the dead interval of 40 s.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { readBorderFrames } from '../../src/replay/recording.js';
import { Vty } from '../conformance/record/vty.mjs';
import { sleep } from './live-lab.js';
import { conformance, describeAmongFrr, MixedNetwork } from './mixed-network.js';

/** Of topologies/conformance/bfd-silent-link: r1 sends every 300 ms, three to be missed; r2, which is ours, is missed after five of 300 ms. */
const OURS_DETECTS_SECONDS = 0.9;
/** A packet comes up to 25 % sooner than its interval. */
const EARLIEST_SECONDS = OURS_DETECTS_SECONDS - 0.3;
const BOTH_DETECTED_SECONDS = 1.5;
/** A calculation that waits for its hold time, and a machine that has other things to do. */
const LOAD_SECONDS = 1;
const AT_ONCE_SECONDS = 0.1;
const UDP = 17;
const BFD_PORT = 3784;
const PING_INTERVAL_SECONDS = 0.02;

/** When BFD packets of r1 came in, which is behind the first of our devices. */
function bfdSeconds(recording: string): number[] {
  const frames = readBorderFrames(readFileSync(join(recording, 'inputs.pcapng')));
  if (typeof frames === 'string') throw new Error(frames);
  return frames.filter(({ device, bytes }) => device === 0 && bytes[23] === UDP && bytes[36] * 256 + bytes[37] === BFD_PORT).map(({ time }) => time / SECOND);
}

describeAmongFrr('BFD with a real bfdd', () => {
  it('a silent wire', async () => {
    const mixed = new MixedNetwork(conformance('bfd-silent-link'), 'r2');
    try {
      await mixed.start();
      const before = await mixed.agreement('before');
      const bfdd = new Vty(join(mixed.router('r1').home, 'bfdd.vty'));
      await bfdd.ask('enable');
      for (let tries = 0; !/10\.0\.12\.2 +up/.test(await bfdd.ask('show bfd peers brief')); tries++) {
        expect(tries, 'the session is up').toBeLessThan(100);
        await sleep(0.2);
      }
      bfdd.close();
      const pings = mixed.ping('r1', '10.255.0.2', '-D', '-I', '10.255.0.1', '-i', String(PING_INTERVAL_SECONDS), '-c', '300');
      await sleep(1);
      const [silence, configure] = mixed.events;
      await mixed.act([silence]);
      const arrivals = [...(await pings).stdout.matchAll(/^\[(\d+\.\d+)\] .*bytes from/gm)].map((match) => Number(match[1]));
      const gap = Math.max(...arrivals.slice(1).map((at, i) => at - arrivals[i]));
      await mixed.act([configure]);
      const after = await mixed.agreement('after');
      await mixed.leave();
      await mixed.expectOurs({ before, after });

      const lost = /^(\d+):([\d.]+) +r2 +BFD with 10\.0\.12\.1 .*Up -> Down: the detection time is over/m.exec(mixed.log);
      const detected = Number(lost?.[1]) * 60 + Number(lost?.[2]);
      // The detection time counts from the last packet, whenever the wire fell silent behind it.
      const waited = detected - Math.max(...bfdSeconds(mixed.recording).filter((at) => at < detected));
      expect(waited, mixed.log).toBeGreaterThan(OURS_DETECTS_SECONDS - 0.01);
      expect(waited).toBeLessThan(OURS_DETECTS_SECONDS + LOAD_SECONDS);
      const gone = /^(\d+):([\d.]+) +r2 +neighbour 10\.0\.12\.1 .*Full -> Deleted/m.exec(mixed.log);
      // At once: in a live run each has the moment at which it was done.
      expect(Number(gone?.[1]) * 60 + Number(gone?.[2]) - detected, mixed.log).toBeGreaterThanOrEqual(0);
      expect(Number(gone?.[1]) * 60 + Number(gone?.[2]) - detected).toBeLessThan(AT_ONCE_SECONDS);
      expect(arrivals.length).toBeGreaterThan(100);
      expect(gap).toBeGreaterThan(EARLIEST_SECONDS);
      expect(gap).toBeLessThan(BOTH_DETECTED_SECONDS + LOAD_SECONDS);
    } finally {
      mixed.remove();
    }
  }, 300_000);
});
