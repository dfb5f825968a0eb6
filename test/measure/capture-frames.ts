/** Captures through the timeline, as the command line does it, without a process of its own. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readWhole } from '../../src/capture/capture-reader.js';
import { CaptureTimeline, type Timeline } from '../../src/measure/timeline/capture-timeline.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import type { Capture } from '../../src/capture/captured-frame.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export function wholeCapture(path: string): Capture {
  const capture = readWhole(readFileSync(path.startsWith('/') ? path : ROOT + path));
  if (capture instanceof DecodeError) throw new Error(`${path}: ${capture.code}`);
  return capture;
}

/** By name of the place; every interface of a file is a place of its own. */
export function timelineOf(files: Readonly<Record<string, string>>): Timeline {
  const timeline = new CaptureTimeline();
  const all = Object.entries(files).flatMap(([name, path]) => {
    const { frames, interfaces } = wholeCapture(path);
    const places = interfaces.map((each) => timeline.addPlace(each.name === '' ? name : each.name));
    return frames.map((frame) => ({ frame, place: places[frame.interfaceId], linkType: interfaces[frame.interfaceId].linkType }));
  });
  all.sort((a, b) => a.frame.timeMicros - b.frame.timeMicros);
  for (const { frame, place, linkType } of all) timeline.add(frame.timeMicros, place, frame.direction, linkType, frame.bytes);
  return timeline.finish();
}
