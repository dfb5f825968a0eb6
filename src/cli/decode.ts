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
import type { FrameFilter } from '../report/decode-filter.js';
import { compileFilter, compileLayers } from '../report/decode-filter.js';
import { namesText } from '../report/decode-names.js';
import { ExpressionError } from '../report/filter-expression.js';
import { dissectFrame } from '../wire/dissect/dissect.js';
import { Tape } from '../wire/dissect/tape.js';
import { eachChunk, writeOut } from './byte-stream.js';
import { captureTrouble } from './capture-trouble.js';
import { EXIT_MET, InputFailure } from './failure.js';

export interface DecodeWords {
  readonly names?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly count?: boolean;
  readonly only?: string;
  readonly where?: string;
}

export function decode(capture: string | undefined, words: DecodeWords): number {
  if (words.names === true) {
    if (capture !== undefined) throw new InputFailure('decode: --names lists the names and takes no capture');
    writeOut(new TextEncoder().encode(namesText()));
    return EXIT_MET;
  }
  if (capture === undefined) throw new InputFailure('decode: wanted is a capture, or - for standard input');
  if (words.verbose === true && (words.json === true || words.count === true)) {
    throw new InputFailure(`decode: -v is text for people; it does not go with ${words.json === true ? '--json' : '--count'}`);
  }
  const filters = filtersOf(words);
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
      if (filters.length > 0 && !filters.every((filter) => filter(tape))) continue;
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

function filtersOf(words: DecodeWords): FrameFilter[] {
  const filters: FrameFilter[] = [];
  const take = (option: string, text: string | undefined, compile: (text: string) => FrameFilter | ExpressionError): void => {
    if (text === undefined) return;
    const filter = compile(text);
    if (filter instanceof ExpressionError) throw new InputFailure(`${option}:${filter.column}: ${filter.message}`);
    filters.push(filter);
  };
  take('--only', words.only, compileLayers);
  take('--where', words.where, compileFilter);
  return filters;
}
