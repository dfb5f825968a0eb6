/**
 * `failover decode CAPTURE|-`: a capture as text, as JSON lines, or counted.
 *
 * What a file has before it breaks off is used; then the break is named on standard error and the exit code is 2.
 */
import { CaptureReader } from '../capture/capture-reader.js';
import { AsciiWriter } from '../report/ascii-writer.js';
import { BriefWriter } from '../report/decode-brief.js';
import { JsonLineWriter } from '../report/decode-json.js';
import { VerboseWriter } from '../report/decode-text.js';
import { DecodeTotals } from '../report/decode-totals.js';
import { dissectFrame } from '../wire/dissect/dissect.js';
import { Tape } from '../wire/dissect/tape.js';
import { eachChunk, writeOut } from './byte-stream.js';
import { captureTrouble } from './capture-trouble.js';
import { EXIT_MET, InputFailure } from './failure.js';

export interface DecodeWords {
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly count?: boolean;
  readonly only?: string;
  readonly where?: string;
}

export function decode(capture: string, words: DecodeWords): number {
  const tape = new Tape();
  const reader = new CaptureReader();
  let isReaderGone = false;
  const writer = new AsciiWriter((chunk) => {
    if (!isReaderGone) isReaderGone = !writeOut(chunk);
  });
  const totals = words.count === true ? new DecodeTotals() : undefined;
  const json = words.json === true ? new JsonLineWriter(writer) : undefined;
  const verbose = words.verbose === true ? new VerboseWriter(writer) : undefined;
  const brief = new BriefWriter(writer);
  let number = 0;
  const drain = (): boolean => {
    while (reader.next()) {
      const { name } = reader.interfaces[reader.interfaceId];
      dissectFrame(tape, reader, ++number, name);
      if (totals !== undefined) totals.add(tape);
      else if (json !== undefined) json.write(tape);
      else if (verbose !== undefined) verbose.write(tape);
      else brief.write(tape, name);
    }
    return !isReaderGone && reader.error === undefined && reader.break === undefined;
  };
  eachChunk(capture, (chunk) => {
    reader.push(chunk);
    return drain();
  });
  reader.finish();
  drain();
  const trouble = captureTrouble(capture, reader);
  if (totals !== undefined && reader.error === undefined) {
    writer.text(words.json === true ? `${JSON.stringify(totals.json())}\n` : totals.text());
  }
  writer.flush();
  if (trouble !== undefined) throw new InputFailure(trouble);
  return EXIT_MET;
}
