/** One frame of a capture onto the tape: the file's own fields, then the layers, the fast way where it can. */
import { Field } from './field.js';
import './codec-rows.js';
import { dissectFast } from './fast-frame.js';
import { dissectGeneral } from './general-frame.js';
import type { Tape } from './tape.js';
import { LinkType } from '../link-layer.js';

/** What the capture file says about a frame; capture's CaptureReader has all of it. */
export interface FrameRecord {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly linkType: number;
  readonly timeMicros: number;
  readonly remainderNanos: number;
  readonly originalLength: number;
  readonly direction: string;
}

/** `number` counts from 1; `interfaceName` is empty when there is none. `isFastAllowed` is for the test that holds the two ways together. */
export function dissectFrame(tape: Tape, record: FrameRecord, number: number, interfaceName: string, isFastAllowed = true): void {
  const { start, end } = record;
  if (record.bytes !== tape.source) tape.setSource(record.bytes);
  tape.begin(start, end);
  tape.timeMicros = record.timeMicros;
  tape.remainderNanos = record.remainderNanos;
  fileFields(tape, record, number, interfaceName);
  const { length } = tape;
  if (isFastAllowed && record.linkType === LinkType.ethernet && dissectFast(tape)) return;
  tape.rewind(length);
  dissectGeneral(tape, record.linkType);
}

function fileFields(tape: Tape, { start, end, originalLength, direction }: FrameRecord, number: number, interfaceName: string): void {
  const { words } = tape;
  words[0] = Field.frame;
  words[2] = Field.frameNumber;
  words[3] = number;
  words[4] = Field.frameTime;
  words[6] = Field.frameLength;
  words[7] = originalLength;
  words[8] = Field.frameCaptured;
  words[9] = end - start;
  tape.length = 10;
  if (interfaceName !== '') tape.text(Field.frameInterface, interfaceName);
  if (direction !== 'unknown') tape.text(Field.frameDirection, direction);
  tape.close();
}
