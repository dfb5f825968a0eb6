/** The configuration language: how lines are split, what patterns stand for, what a mismatch says. */
import { describe, expect, it } from 'vitest';
import { editDistance, nearestWord } from '../../src/config/spelling.js';
import { compilePattern, describeMismatch, splitStatements, StatementTable } from '../../src/config/frr/vty.js';

const wordsOf = (text: string) => splitStatements(text)[0].words;

describe('splitStatements', () => {
  it('keeps lines and columns, and leaves comments and blank lines out', () => {
    const statements = splitStatements('!\n\n hostname  x\r\n# c\n! d\n\tlog ! stdout\n');
    expect(statements.map((each) => [each.line, each.endColumn, ...each.words.map((word) => `${word.column}:${word.text}`)])).toEqual([
      [3, 13, '2:hostname', '12:x'],
      [6, 14, '2:log', '6:!', '8:stdout'],
    ]);
  });
});

describe('compilePattern', () => {
  it('gives one sequence for every way to write the statement', () => {
    expect(compilePattern('a [ b ] c')).toHaveLength(2);
    // none, three alone, six pairs, six triples
    expect(compilePattern('r { a / b x:WORD / c }')).toHaveLength(16);
  });
});

describe('StatementTable', () => {
  const table = new StatementTable([
    { pattern: 'ip ospf cost cost:<1-65535>' },
    { pattern: 'ip ospf network type:(broadcast|point-to-point)' },
    { pattern: 'description text:LINE' },
    { pattern: 'passive-interface default' },
    { pattern: 'passive-interface name:IFNAME' },
  ]);
  const complaint = (text: string): string => {
    const result = table.match(wordsOf(text));
    return result.kind === 'match' ? `match ${result.rule.pattern}` : describeMismatch(wordsOf(text), result.wordIndex, result.allowed, result.mayEnd);
  };

  it('captures numbers, words and the rest of the line', () => {
    const cost = table.match(wordsOf('ip ospf cost 7'));
    expect(cost.kind === 'match' && [cost.captures.number('cost'), cost.captures.column('cost'), cost.captures.keywords]).toEqual([7, 14, 'ip ospf cost']);
    const line = table.match(wordsOf('description to  the moon'));
    expect(line.kind === 'match' && line.captures.text('text')).toBe('to the moon');
  });

  it('prefers the earlier rule', () => {
    expect(complaint('passive-interface default')).toBe('match passive-interface default');
  });

  it.each([
    ['ip ospf cots 7', '"cots" is not allowed after "ip ospf"; did you mean "cost"? allowed: cost or network'],
    ['ip ospf cost 0', '"0" is not allowed after "ip ospf cost"; allowed: <1-65535>'],
    ['ip ospf cost 65536', '"65536" is not allowed after "ip ospf cost"; allowed: <1-65535>'],
    ['ip ospf cost', 'the statement is incomplete: <1-65535> must follow "ip ospf cost"'],
    ['ip ospf cost 7 8', '"8" is too much: nothing may follow "ip ospf cost 7"'],
    ['ip ospf network ptp', '"ptp" is not allowed after "ip ospf network"; allowed: broadcast or point-to-point'],
    ['passive-interface aninterfacenamethatistoolong', '"aninterfacenamethatistoolong" is not allowed after "passive-interface"; allowed: default or IFNAME'],
  ])('%s', (text, message) => {
    expect(complaint(text)).toBe(message);
  });
});

describe('spelling', () => {
  it('counts a swap of neighbours once', () => {
    expect(editDistance('netwrok', 'network')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('offers only what is near', () => {
    expect(nearestWord('endpionts', ['kind', 'endpoints'])).toBe('endpoints');
    expect(nearestWord('xyz', ['kind', 'endpoints'])).toBeUndefined();
  });
});
