/**
 * Finding a command from what is typed: shortened words, values, what is more specific, and what is said when nothing fits. What the real shells
 * make of such lines is in the recordings of test/conformance/show.test.ts; here are the rules by themselves.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandTable, type ShowCommand } from '../../src/node/show/command-table.js';
import { OSPF_COMMANDS } from '../../src/node/show/ospf.js';
import { ZEBRA_COMMANDS } from '../../src/node/show/ip-route.js';
import { commandProblem, SHOW_COMMANDS } from '../../src/node/show/system.js';

const answering = (pattern: string): ShowCommand<undefined> => ({ pattern, show: (_context, { keywords, values }) => `${pattern} | ${[...keywords].join(' ')} | ${values.join(' ')}` });

const TABLE = new CommandTable([
  answering('show a [json]'),
  answering('show a NAME [<deep|flat>]'),
  answering('show a A.B.C.D'),
  answering('show a A.B.C.D/M'),
  answering('show a all'),
  answering('show bread [<white|brown [old]>] [json]'),
  answering('show (1-9) times'),
  { pattern: 'show breath' },
]);

function said(line: string): string {
  const found = TABLE.find(line);
  return typeof found === 'string' ? `% ${found}` : found.show(undefined);
}

describe('a line', () => {
  it.each([
    ['show a', 'show a [json] | show a | '],
    ['sh a j', 'show a [json] | show a json | '],
    // A word before a name, an address before a name, a shortened word before a name.
    ['show a al', 'show a all | show a all | '],
    ['show a 10.0.0.1', 'show a A.B.C.D | show a | 10.0.0.1'],
    ['show a 10.0.0.1/8', 'show a A.B.C.D/M | show a | 10.0.0.1/8'],
    ['show a 10.0.0.256', 'show a NAME [<deep|flat>] | show a | 10.0.0.256'],
    ['show a eth0 d', 'show a NAME [<deep|flat>] | show a deep | eth0'],
    ['show bread b o j', 'show bread [<white|brown [old]>] [json] | show bread brown old json | '],
    ['  show \t bread ', 'show bread [<white|brown [old]>] [json] | show bread | '],
    ['show 7 times', 'show (1-9) times | show times | 7'],
  ])('%j is answered', (line, answer) => {
    expect(said(line)).toBe(answer);
  });

  it.each([
    ['show b', '% ambiguous'], // with a command that is not answered here
    ['show breat', '% not answered here'],
    ['show', '% incomplete'],
    ['show a eth0 x', '% unknown'],
    ['hide a', '% unknown'],
    ['show bread white old', '% unknown'],
    ['', '% unknown'],
  ])('%j is not', (line, answer) => {
    expect(said(line)).toBe(answer);
  });
});

describe('all commands', () => {
  /** What may be left out, from the inside out; of alternatives the first. */
  const words = (pattern: string): string => {
    let plain = pattern;
    for (let before = ''; before !== plain;) {
      before = plain;
      plain = plain.replace(/\[[^[\]]*\]/g, '');
    }
    return plain.replace(/<([^|>]*)[^>]*>/g, '$1').replace('A.B.C.D/M', '10.0.0.0/8').replace('A.B.C.D', '10.0.0.1').replace(/IFNAME|INTERFACE/, 'eth0').replace(/\((\d+)-\d+\)/, '$1').replace('NAME', 'all').replace(/ +/g, ' ').trim();
  };

  it('are found by their own words', () => {
    for (const { pattern, show } of [...OSPF_COMMANDS, ...ZEBRA_COMMANDS]) {
      if (show !== undefined) expect(commandProblem(words(pattern)), pattern).toBeUndefined();
    }
    expect(SHOW_COMMANDS).toContain('show ip ospf [json]');
  });

  it('no text is too much for the tables', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('show', 'ip', 'ospf', 'ro', 'database', 'da', 'router', 'json', '10.0.0.1', '10.0.0.0/8', 'neighbor', 'eth0', 'a', '<', '['));
    fc.assert(fc.property(fc.array(word, { maxLength: 8 }), (line) => {
      expect(['unknown', 'ambiguous', 'incomplete', 'not answered here', undefined]).toContain(commandProblem(line.join(' ')));
    }));
  });
});
