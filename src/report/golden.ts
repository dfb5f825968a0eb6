/**
 * A capture against its golden file: JSON lines, an object a frame, as `failover decode --json` writes them.
 *
 * Texts are compared member by member, and what differs is named by frame and path: `frame 3: ospf.lsa[0].seq: ...`.
 */
import { CaptureReader } from '../capture/capture-reader.js';
import { DecodeError } from '../wire/decode-error.js';
import { dissectFrame } from '../wire/dissect/dissect.js';
import { Tape } from '../wire/dissect/tape.js';
import { AsciiWriter } from './ascii-writer.js';
import { JsonLineWriter } from './decode-json.js';

/** All frames of a capture in memory as JSON lines; an error when it is no capture or breaks off. */
export function goldenText(file: Uint8Array): string | DecodeError {
  const decoder = new TextDecoder();
  let text = '';
  const writer = new AsciiWriter((chunk) => { text += decoder.decode(chunk, { stream: true }); });
  const lines = new JsonLineWriter(writer);
  const tape = new Tape();
  const reader = new CaptureReader();
  reader.push(file);
  reader.finish();
  for (let number = 1; reader.next(); number++) {
    dissectFrame(tape, reader, number, reader.interfaces[reader.interfaceId].name);
    lines.write(tape);
  }
  writer.flush();
  return reader.error ?? reader.break ?? text;
}

export interface GoldenDifference {
  /** From 1. */
  readonly frame: number;
  /** `ospf.lsa[0].seq`; empty: the whole frame. */
  readonly path: string;
  /** As JSON; undefined: not there. */
  readonly golden: string | undefined;
  readonly got: string | undefined;
}

/** In the order of the frames. Frame by frame: a frame that is missing in the middle makes all behind it differ. */
export function compareGolden(golden: string, got: string): GoldenDifference[] {
  const differences: GoldenDifference[] = [];
  if (golden === got) return differences;
  const goldenLines = linesOf(golden);
  const gotLines = linesOf(got);
  for (let i = 0; i < Math.max(goldenLines.length, gotLines.length); i++) {
    const [want, have] = [goldenLines[i], gotLines[i]];
    if (want === have) continue;
    if (want === undefined || have === undefined) differences.push({ frame: i + 1, path: '', golden: want, got: have });
    else compareValues(parse(want), parse(have), '', i + 1, differences);
  }
  return differences;
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/\r$/, '')).filter((line) => line !== '');
}

/** A line that is no JSON (somebody edited it) is compared as it stands. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return line;
  }
}

function compareValues(golden: unknown, got: unknown, path: string, frame: number, differences: GoldenDifference[]): void {
  if (isObject(golden) && isObject(got) && Array.isArray(golden) === Array.isArray(got)) {
    const isList = Array.isArray(golden);
    for (const name of new Set([...Object.keys(golden), ...Object.keys(got)])) {
      compareValues(golden[name], got[name], isList ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`, frame, differences);
    }
    return;
  }
  if (golden !== got) differences.push({ frame, path, golden: JSON.stringify(golden), got: JSON.stringify(got) });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const SHOWN_DIFFERENCES = 20;
const SHOWN_LENGTH = 120;

/** For people: a line for each difference. */
export function differencesText(differences: readonly GoldenDifference[]): string {
  const lines = differences.slice(0, SHOWN_DIFFERENCES).map(({ frame, path, golden, got }) => {
    if (path !== '') return `frame ${frame}: ${path}: golden ${shown(golden)}, got ${shown(got)}`;
    return golden === undefined ? `frame ${frame}: not in the golden file: ${shown(got)}` : `frame ${frame}: missing, golden ${shown(golden)}`;
  });
  if (differences.length > SHOWN_DIFFERENCES) lines.push(`and ${differences.length - SHOWN_DIFFERENCES} more`);
  return lines.join('\n');
}

function shown(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}...` : text;
}
