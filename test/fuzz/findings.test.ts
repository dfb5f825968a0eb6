/**
 * What fuzzing has found, kept: each frame as it was found, and what must come of it. (What it found in files and frames that
 * are in pcaps/ is held by their golden files and by test/pcaps/golden.test.ts.)
 */
import { describe, expect, test } from 'vitest';
import { AsciiWriter } from '../../src/report/ascii-writer.js';
import { BriefWriter } from '../../src/report/decode-brief.js';
import { JsonLineWriter } from '../../src/report/decode-json.js';
import { VerboseWriter } from '../../src/report/decode-text.js';
import { dissectFrame } from '../../src/wire/dissect/dissect.js';
import { Tape } from '../../src/wire/dissect/tape.js';

function written(hex: string, linkType: number, interfaceName = ''): { json: string; verbose: string; brief: string } {
  const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
  const tape = new Tape();
  dissectFrame(tape, { bytes, start: 0, end: bytes.length, linkType, timeMicros: 0, remainderNanos: 0, originalLength: bytes.length, direction: 'unknown' }, 1, interfaceName);
  let text = '';
  const writer = new AsciiWriter((chunk) => { text += Buffer.from(chunk).toString('utf8'); });
  const taken = (write: () => void): string => {
    text = '';
    write();
    writer.flush();
    return text;
  };
  return {
    json: taken(() => new JsonLineWriter(writer).write(tape)),
    verbose: taken(() => new VerboseWriter(writer).write(tape)),
    brief: taken(() => new BriefWriter(writer).write(tape, interfaceName)),
  };
}

const CONTROL = /[\0-\x09\x0b-\x1f\x7f-\x9f]/;

describe('control characters out of a capture command no terminal and end no line', () => {
  // Heartbeat messages over UDP: names and values are whatever the sender likes.
  const delete127 = '450000e2d85040004011dd67c0a80103c0a801ff9a2102b600ceb42f2323230a31333a28302974007f74617274696e672c31323a2830297372633d6c6e7833312c32373a283129737263757569643d50b4cb7975b8407f8d5dc0d0174b98b42c383a2830297365713d312c31343a28302968673d36623030663234312c31343a28302974733d36623030663236622c32393a2830296c643d332e393120312e393220302e393820322f3437312034302c383a28302974746c3d332c31373a283029617574683d3120343337316530382c2525250a31303a312038633332643262392c';
  const lineFeed = 'ffffffffffff729fd4a1133308004500013ba3f440004011116bc0a80103c0a801ffbfb302b60127f99a2323240a31313a283029743d7374617475732c383a28302973743d75702c31303a28302964743d316235382c31333a28302970726f746f636f6c3d312c31323a2830297372633d6c6e7833312c32373a283129737263757569643da7496143a0a24598a8c253f87ff031e82c383a2830297365713d352c31343a28302968673d36623030663234bc2c31343a28302974733d36623030663234662c32393a2830296c643d322e363220352e383320352e353520342f3234362031352c383a28302974746c3d332c34323a283029617574683d332062383336313937633463396165646166636430616666616536326231653364352c2525250a33343a332036623438633138663331656363653630326333366531303163636334643665342c';

  test.each([['in a name', delete127, 228], ['in a value', lineFeed, 1]] as const)('%s', (_, hex, linkType) => {
    const { json, verbose, brief } = written(hex, linkType);
    for (const text of [json, verbose, brief]) expect(text).not.toMatch(CONTROL);
    expect(brief.trimEnd()).not.toContain('\n');
    expect(json.indexOf('\n')).toBe(json.length - 1);
    expect(() => { JSON.parse(json); }).not.toThrow();
  });

  test('in the name of an interface', () => {
    const { json, verbose, brief } = written(lineFeed, 1, 'eth0\u001b]0;owned\u0007\n\u009b2J');
    for (const text of [json, verbose, brief]) expect(text).not.toMatch(CONTROL);
    expect(brief.trimEnd()).not.toContain('\n');
    expect((JSON.parse(json) as { frame: { interface: string } }).frame.interface).toBe('eth0\u001b]0;owned\u0007\n\u009b2J');
  });
});
