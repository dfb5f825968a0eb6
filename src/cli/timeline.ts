/**
 * `failover timeline CAPTURE...`: what failed, what noticed it, how long; from captures alone.
 *
 * Captures of several segments are taken together, in the order of their times. One that breaks off is used up to there; then it is named
 * on standard error, and the exit code is 2.
 */
import { CaptureTimeline } from '../measure/timeline/capture-timeline.js';
import { captureTimelineJson } from '../report/capture-timeline-json.js';
import { captureTimelineText } from '../report/capture-timeline-text.js';
import { writeOut } from './byte-stream.js';
import { CaptureSource, eachFrameInOrder, shortNames } from './capture-merge.js';
import { EXIT_MET, InputFailure } from './failure.js';

export interface TimelineWords {
  readonly json?: boolean;
}

export function timeline(paths: readonly string[], words: TimelineWords): number {
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new InputFailure(`timeline: ${twice} is given twice`);
  const troubles: string[] = [];
  const opened = paths.flatMap((path) => {
    try {
      return [{ path, source: new CaptureSource(path) }];
    } catch (failure) {
      if (!(failure instanceof InputFailure)) throw failure;
      troubles.push(...failure.lines);
      return [];
    }
  });
  const names = shortNames(opened.map(({ path }) => path));
  const watch = new CaptureTimeline();
  const places = opened.map((): number[] => []);
  const sources = opened.map(({ source }) => source);
  eachFrameInOrder(sources, (index) => {
    const { reader } = sources[index];
    const { interfaceId } = reader;
    const place = places[index][interfaceId] ??= watch.addPlace(placeName(names[index], reader.interfaces[interfaceId].name, sources.length));
    watch.add(reader.timeMicros, place, reader.direction, reader.linkType, reader.bytes.subarray(reader.start, reader.end));
  });
  let readable = 0;
  for (const { trouble, reader } of sources) {
    if (trouble !== undefined) troubles.push(trouble);
    if (reader.error === undefined) readable++;
  }
  if (readable > 0) {
    const result = watch.finish();
    writeOut(new TextEncoder().encode(words.json === true ? captureTimelineJson(result) : captureTimelineText(result)));
  }
  if (troubles.length > 0) throw new InputFailure(...troubles);
  return EXIT_MET;
}

/** An interface's own name where the file gives one. */
function placeName(file: string, interfaceName: string, files: number): string {
  const printable = interfaceName.replace(/[^\x21-\x7e]/g, '?');
  if (printable === '') return file;
  return files === 1 ? printable : `${file}:${printable}`;
}
