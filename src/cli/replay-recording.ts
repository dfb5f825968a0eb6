/**
 * `failover replay DIR`: a recording of a live run once more, in virtual time; what goes out must be the same bytes. Read replay/recording.ts first.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../config/plan.js';
import { loadTopology } from '../config/topology/topology.js';
import { readBorderFrames, RECORDING_FORMAT_VERSION, rerun, type BorderFrame, type RecordingHeader } from '../replay/recording.js';
import { formatClock } from '../report/terminal.js';
import { EXIT_MET, EXIT_MISSED, InputFailure, withPath } from './failure.js';

const HEADER = 'recording.json';

export interface LoadedRecording {
  readonly header: RecordingHeader;
  readonly plan: Plan;
  readonly inputs: readonly BorderFrame[];
  readonly outputs: readonly BorderFrame[];
}

export const isRecording = (path: string): boolean => existsSync(join(path, HEADER));

export function loadRecording(directory: string): LoadedRecording {
  const header = readHeader(join(directory, HEADER));
  const [inputs, outputs] = ['inputs.pcapng', 'outputs.pcapng'].map((name) => {
    const path = join(directory, name);
    const frames = readBorderFrames(withPath(path, () => readFileSync(path)));
    if (typeof frames === 'string') throw new InputFailure(`${path}: ${frames}`);
    return frames;
  });
  const { plan } = loadTopology(header.topology, { readFile: (file) => fileOf(header, file), seed: header.seed, overrides: header.overrides, clock: header.clock });
  return { header, plan, inputs, outputs };
}

export function replayRecording(directory: string): number {
  const { header, plan, inputs, outputs } = loadRecording(directory);
  const result = rerun(plan, header, inputs, outputs);
  if (typeof result === 'string') throw new InputFailure(`${directory}: ${result}`);
  if (result.difference === undefined) {
    process.stdout.write(`${result.frames} frames out of ${inputs.length} frames in, ${formatClock(header.endedAt)}: the same bytes at the same microseconds\n`);
    return EXIT_MET;
  }
  const { index, recorded, again } = result.difference;
  const text = (frame: BorderFrame | undefined): string => (frame === undefined ? 'none' : `${formatClock(frame.time)} (${frame.time} us) ${header.bindings[frame.device]?.node}:${header.bindings[frame.device]?.interfaceName} ${Buffer.from(frame.bytes).toString('hex')}`);
  process.stdout.write(`frame ${index + 1} differs\n  recorded  ${text(recorded)}\n  again     ${text(again)}\n`);
  return EXIT_MISSED;
}

function readHeader(path: string): RecordingHeader {
  const text = withPath(path, () => readFileSync(path, 'utf8'));
  let header: Partial<RecordingHeader>;
  try {
    header = JSON.parse(text) as Partial<RecordingHeader>;
  } catch {
    throw new InputFailure(`${path}: not JSON`);
  }
  if (header === null || header.formatVersion !== RECORDING_FORMAT_VERSION) throw new InputFailure(`${path}: not a recording of version ${RECORDING_FORMAT_VERSION}`);
  if (typeof header.topology !== 'string' || !Array.isArray(header.bindings) || !Array.isArray(header.stops) || typeof header.files !== 'object' || typeof header.endedAt !== 'number') throw new InputFailure(`${path}: the recording is not whole`);
  return header as RecordingHeader;
}

function fileOf({ files }: RecordingHeader, name: string): string {
  const text = files[name];
  if (text === undefined) throw new InputFailure(`the recording does not have the file ${name}`);
  return text;
}
