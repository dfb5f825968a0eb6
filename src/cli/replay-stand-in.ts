/**
 * `failover replay TOPOLOGY --as NODE CAPTURE...`: an emulated node in the place of a real one. Read replay/stand-in-comparison.ts first.
 */
import { readFileSync } from 'node:fs';
import { readCapture } from '../capture/capture.js';
import type { Plan } from '../config/plan.js';
import type { CaptureFile } from '../replay/own-capture.js';
import { compareStandIn, type StandInOptions } from '../replay/stand-in-comparison.js';
import { standInJson } from '../report/stand-in-json.js';
import { standInText } from '../report/stand-in-text.js';
import { DecodeError } from '../wire/decode-error.js';
import { writeOut } from './byte-stream.js';
import { shortNames } from './capture-merge.js';
import { captureTrouble } from './capture-trouble.js';
import { EXIT_MET, EXIT_MISSED, InputFailure, withPath } from './failure.js';
import { load, noteLines, type LoadWords } from './load.js';

export interface StandInWords extends LoadWords {
  readonly as: string;
  readonly events?: boolean;
  readonly json?: boolean;
}

/** A clock that says less than a year since its epoch is a run's own. */
const YEAR = 365 * 86_400 * 1_000_000;

export function replayStandIn(topology: string, captures: readonly string[], words: StandInWords): number {
  if (captures.length === 0) throw new InputFailure(`replay: which captures? failover replay ${topology} --as ${words.as} CAPTURE...`);
  const { plan, notes } = load(topology, words);
  if (words.json !== true) for (const note of noteLines(notes)) process.stderr.write(`note: ${note}\n`);
  const files = readFiles(captures);
  const report = compareStandIn(plan, words.as, files, words.events === true ? { events: eventsOf(plan, words.as, files) } : {});
  if (typeof report === 'string') throw new InputFailure(`replay --as ${words.as}: ${report}`);
  writeOut(new TextEncoder().encode(words.json === true ? standInJson(report) : standInText(report)));
  return report.unexplained === 0 ? EXIT_MET : EXIT_MISSED;
}

function readFiles(captures: readonly string[]): CaptureFile[] {
  const given = captures.map((text) => {
    const match = /^([A-Za-z][\w.-]*)=(.+)$/.exec(text);
    return match === null ? { path: text } : { path: match[2], interfaceName: match[1] };
  });
  const twice = given.find(({ path }, i) => given.some((other, at) => at < i && other.path === path));
  if (twice !== undefined) throw new InputFailure(`replay: ${twice.path} is given twice`);
  const names = shortNames(given.map(({ path }) => path));
  return given.map(({ path, interfaceName }, i) => {
    const capture = readCapture(withPath(path, () => readFileSync(path)));
    if (capture instanceof DecodeError) throw new InputFailure(captureTrouble(path, { error: capture, break: undefined }) ?? path);
    if (capture.break !== undefined) throw new InputFailure(`${path}: the file breaks off at offset ${capture.break.offset}`);
    return { name: names[i], interfaceName, capture };
  });
}

/** The topology's, counted from the first frame; from the start of the run where the captures are a run's. */
function eventsOf(plan: Plan, nodeName: string, files: readonly CaptureFile[]): StandInOptions['events'] {
  const first = Math.min(...files.flatMap(({ capture }) => capture.frames.map(({ timeMicros }) => timeMicros)));
  const zero = first < YEAR ? 0 : first;
  return plan.events.filter(({ node }) => node >= 0 && plan.nodes[node].name === nodeName).map(({ at, action, text }) => ({ at: at + zero, action, text }));
}
