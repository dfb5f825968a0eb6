/**
 * Proves that no frame, however damaged, and no order of frames stops the timeline or makes it say what cannot be: findings stay in the order of
 * time and within the capture, and text and JSON can be made of them.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.js';
import { CaptureTimeline } from '../../src/measure/timeline/capture-timeline.js';
import { captureTimelineJson } from '../../src/report/capture-timeline-json.js';
import { captureTimelineText } from '../../src/report/capture-timeline-text.js';
import { wholeCapture } from './capture-frames.js';

const PCAPS = fileURLToPath(new URL('../../pcaps/', import.meta.url));
const captures = readdirSync(PCAPS).filter((name) => /\.pcap(ng)?$/.test(name));

test.each(captures)('%s, damaged: bytes changed, frames cut, dropped, doubled and out of order', (name) => {
  const { frames, interfaces } = wholeCapture(PCAPS + name);
  for (let round = 0; round < 3; round++) {
    const prng = new Prng(round, name, 'damage');
    const timeline = new CaptureTimeline();
    const places = interfaces.map((each) => timeline.addPlace(each.name));
    let last = 0;
    for (const { timeMicros, interfaceId, direction, bytes } of frames.slice(0, 2000)) {
      const fate = prng.integer(0, 9);
      if (fate === 0) continue;
      const damaged = new Uint8Array(fate === 1 ? bytes.subarray(0, prng.integer(0, bytes.length)) : bytes);
      if (fate < 5) for (let i = prng.integer(1, 4); i > 0 && damaged.length > 0; i--) damaged[prng.integer(0, damaged.length - 1)] = prng.integer(0, 255);
      const time = fate === 5 ? Math.max(0, timeMicros - prng.integer(0, 5_000_000)) : timeMicros;
      last = Math.max(last, time);
      for (let i = fate === 6 ? 2 : 1; i > 0; i--) timeline.add(time, places[interfaceId], direction, interfaces[interfaceId].linkType, damaged);
    }
    const result = timeline.finish();
    const times = result.findings.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    for (const { time } of result.findings) {
      expect(time).toBeGreaterThanOrEqual(result.startsAt);
      expect(time).toBeLessThanOrEqual(result.endsAt);
    }
    for (const { from, to, endsAt, steps } of result.incidents) {
      expect(to).toBeGreaterThanOrEqual(from);
      expect(endsAt).toBeLessThanOrEqual(result.endsAt);
      expect(steps.map(({ time }) => time)).toEqual(steps.map(({ time }) => time).sort((a, b) => a - b));
    }
    expect(captureTimelineText(result)).not.toMatch(/undefined|NaN|Infinity/);
    JSON.parse(captureTimelineJson(result));
  }
});
