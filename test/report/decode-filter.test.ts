/** Proves that --where picks the frames that a plain look at the JSON picks, and that what is wrong with an expression is named with its column. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureReader } from '../../src/capture/capture-reader.js';
import { AsciiWriter } from '../../src/report/ascii-writer.js';
import type { FrameFilter } from '../../src/report/decode-filter.js';
import { compileFilter, compileLayers } from '../../src/report/decode-filter.js';
import { JsonLineWriter } from '../../src/report/decode-json.js';
import { ExpressionError, parseExpression } from '../../src/report/filter-expression.js';
import { dissectFrame } from '../../src/wire/dissect/dissect.js';
import { Tape } from '../../src/wire/dissect/tape.js';

interface Shown {
  frame: { number: number; length: number; time: number };
  eth: { dst: string };
  arp?: { sender_ip: string; kind: string };
  ip?: { src: string; dst: string; ttl: number };
  ospf?: { type: number; router: string; hello?: { options: string; neighbor: string[] }; lsa?: { id: string; type: number; seq: string; router_lsa?: { link: { metric: number }[] } }[] };
  igmp?: { record?: { group: string }[] };
}

const reader = new CaptureReader();
reader.push(readFileSync(new URL('../fixtures/captures/frr-lan.pcap', import.meta.url)));
reader.finish();
const frames: { tape: Tape; shown: Shown }[] = [];
while (reader.next()) {
  const tape = new Tape();
  dissectFrame(tape, reader, frames.length + 1, 'lan');
  let text = '';
  const w = new AsciiWriter((chunk) => { text += Buffer.from(chunk).toString(); });
  new JsonLineWriter(w).write(tape);
  w.flush();
  frames.push({ tape, shown: JSON.parse(text) as Shown });
}

function picked(filter: FrameFilter | ExpressionError): number[] {
  if (filter instanceof ExpressionError) throw new Error(`${filter.column}: ${filter.message}`);
  return frames.filter(({ tape }) => filter(tape)).map(({ shown }) => shown.frame.number);
}

const wanted = (isWanted: (shown: Shown) => unknown): number[] => frames.filter(({ shown }) => Boolean(isWanted(shown))).map(({ shown }) => shown.frame.number);

describe('--where', () => {
  test.each<[string, (shown: Shown) => unknown]>([
    ['ospf', (f) => f.ospf],
    ['!ospf', (f) => !f.ospf],
    ['ospf.type == 4', (f) => f.ospf?.type === 4],
    ['ospf.type == ls-update', (f) => f.ospf?.type === 4],
    ["ospf.type_name == 'ls-update'", (f) => f.ospf?.type === 4],
    ['ospf.type != 1', (f) => f.ospf && f.ospf.type !== 1],
    ['ospf.type >= dd && ospf.type < 4', (f) => f.ospf && f.ospf.type >= 2 && f.ospf.type < 4],
    ['ospf.type in {1, ls-ack}', (f) => f.ospf && [1, 5].includes(f.ospf.type)],
    ['ip.src == 192.168.1.4 || arp.sender_ip == 192.168.1.4', (f) => f.ip?.src === '192.168.1.4' || f.arp?.sender_ip === '192.168.1.4'],
    ['ip.dst in 224.0.0.0/24 && !(ip.dst == 224.0.0.5)', (f) => f.ip?.dst.startsWith('224.0.0.') && f.ip.dst !== '224.0.0.5'],
    ['ip.src < 192.168.1.4', (f) => f.ip && Number(f.ip.src.split('.')[3]) < 4],
    ['ospf.lsa.id == 10.31.0.1', (f) => f.ospf?.lsa?.some(({ id }) => id === '10.31.0.1')],
    ['ospf.lsa[].id == 10.31.0.1', (f) => f.ospf?.lsa?.some(({ id }) => id === '10.31.0.1')],
    ['ospf.lsa.id != 10.31.0.1', (f) => f.ospf?.lsa?.length && !f.ospf.lsa.some(({ id }) => id === '10.31.0.1')],
    ['ospf.lsa.seq >= 0x80000003', (f) => f.ospf?.lsa?.some(({ seq }) => Number(seq) >= 0x80000003)],
    ['ospf.lsa.router_lsa.link.metric == 10', (f) => f.ospf?.lsa?.some((lsa) => lsa.router_lsa?.link.some(({ metric }) => metric === 10))],
    ['ospf.hello.neighbor', (f) => f.ospf?.hello],
    ['ospf.hello.neighbor == 192.168.1.3', (f) => f.ospf?.hello?.neighbor.includes('192.168.1.3')],
    ['ospf.hello.options & 0x02', (f) => f.ospf?.hello && (Number(f.ospf.hello.options) & 2) !== 0],
    ['ospf.hello.options contains E', (f) => f.ospf?.hello && (Number(f.ospf.hello.options) & 2) !== 0],
    ['eth.dst == 01:00:5e:00:00:06', (f) => f.eth.dst === '01:00:5e:00:00:06'],
    ['arp.kind == "reply"', (f) => f.arp?.kind === 'reply'],
    ["arp.kind contains 'equ'", (f) => f.arp?.kind === 'request'],
    ['frame.number<=3||frame.length>300', (f) => f.frame.number <= 3 || f.frame.length > 300],
    ['frame.time < 1795186828', (f) => f.frame.time < 1795186828],
    ['igmp.record.group == 224.0.0.6', (f) => f.igmp?.record?.some(({ group }) => group === '224.0.0.6')],
    ['ip.ttl == 1 && ospf && (ospf.router == 192.168.1.3 || ospf.router == 192.168.1.4)', (f) => f.ip?.ttl === 1 && f.ospf && /\.[34]$/.test(f.ospf.router)],
  ])('%s', (text, isWanted) => {
    const found = picked(compileFilter(text));
    expect(found).toEqual(wanted(isWanted));
    expect(found.length, 'picks some').toBeGreaterThan(0);
    expect(found.length, 'and not all').toBeLessThan(frames.length);
  });

  test.each<[string, number, string]>([
    ['ospf.typ == 4', 1, 'there is no name "ospf.typ"; did you mean ospf.type?'],
    ['ospf && ip.source == 1.2.3.4', 9, 'there is no name "ip.source"'],
    ['ospf.type = 4', 11, 'equality is =='],
    ['ospf.type == ls-updat', 14, 'did you mean ls-update?'],
    ['ip.src == 5', 11, 'want an address such as 10.0.0.1'],
    ['ip.src == 10.0.0.256', 11, 'want an address'],
    ['ip.src in {10.0.0.0/8 10.1.1.1}', 23, 'want , or }'],
    ['frame.length == long', 17, 'want a number'],
    ['(ospf', 6, 'got "the end", want )'],
    ['ospf)', 5, 'want && or || or the end'],
    ['', 1, 'want a name'],
    ["arp.kind == 'reply", 13, 'has no end'],
    ['ospf == 3', 1, 'is a group'],
    ['ospf | arp', 6, 'or is ||'],
    ['&& ospf', 1, 'want a name'],
    ['ospf.type ==', 13, 'want a value'],
    ['eth.dst == 1', 12, 'want an address such as 02:'],
  ])('%j is refused at column %i: %s', (text, column, message) => {
    const error = compileFilter(text);
    expect(error).toBeInstanceOf(ExpressionError);
    expect((error as ExpressionError).column).toBe(column);
    expect((error as ExpressionError).message).toContain(message);
  });

  test('any text is either an expression or an error inside it', () => {
    const piece = fc.constantFrom('ospf', 'ip.src', '==', '!=', '(', ')', '&&', '||', '!', '10.0.0.1', "'x'", '{', '}', ',', 'in', ' ', '"', '=', '4', '&', '$');
    fc.assert(fc.property(fc.oneof(fc.array(piece, { maxLength: 12 }).map((all) => all.join(' ')), fc.string()), (text) => {
      const result = parseExpression(text);
      if (result instanceof ExpressionError) {
        expect(result.column).toBeGreaterThanOrEqual(1);
        expect(result.column).toBeLessThanOrEqual(text.length + 1);
      }
    }), { numRuns: 2000 });
    expect(parseExpression('!'.repeat(100_000))).toBeInstanceOf(ExpressionError);
    expect(parseExpression('('.repeat(100_000))).toBeInstanceOf(ExpressionError);
  });
});

describe('--only', () => {
  test('one layer, several layers', () => {
    expect(picked(compileLayers('arp'))).toEqual(wanted((f) => f.arp));
    expect(picked(compileLayers('igmp, ospf'))).toEqual(wanted((f) => f.ospf || f.igmp));
    expect(picked(compileLayers('error'))).toEqual([]);
  });

  test('an unknown layer', () => {
    const error = compileLayers('arp,opsf');
    expect(error).toMatchObject({ column: 5 });
    expect((error as ExpressionError).message).toContain('did you mean ospf?');
  });
});
