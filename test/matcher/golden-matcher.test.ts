/** The matcher as another project uses it: writes a golden file, holds a capture against it, and names what differs by frame and path. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { goldenPathOf, toMatchGolden } from '../../src/matcher/golden-matcher.js';
import '../../src/matcher/vitest.js';
import { compareGolden } from '../../src/report/golden.js';

const saved = { UPDATE: process.env.UPDATE, CI: process.env.CI };
let directory = '';
let capture = '';
let golden = '';

beforeAll(() => {
  delete process.env.UPDATE;
  delete process.env.CI;
  directory = mkdtempSync(join(tmpdir(), 'failover-matcher-'));
  capture = join(directory, 'adjacency.pcap');
  golden = join(directory, 'adjacency.golden.jsonl');
  copyFileSync(fileURLToPath(new URL('../fixtures/captures/frr-simple.pcap', import.meta.url)), capture);
});

afterEach(() => {
  delete process.env.UPDATE;
  delete process.env.CI;
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  for (const [name, value] of Object.entries(saved)) if (value !== undefined) process.env[name] = value;
});

describe('toMatchGolden', () => {
  test('the first time it writes the file, but not on a build server; then it compares', () => {
    process.env.CI = 'true';
    expect(toMatchGolden(capture)).toMatchObject({ pass: false });
    expect(toMatchGolden(capture).message()).toContain('UPDATE=1 writes it');
    delete process.env.CI;
    expect(capture).toMatchGolden();
    expect(goldenPathOf(capture)).toBe(golden);
    expect(readFileSync(golden, 'utf8').trimEnd().split('\n')).toHaveLength(24);
    expect(capture).toMatchGolden();
    expect(capture).toMatchGolden(golden);
  });

  test('what differs is named by frame and path; UPDATE=1 rewrites', () => {
    const lines = readFileSync(golden, 'utf8').trimEnd().split('\n');
    const changed = lines.map((line, i) => (i === 2 ? line.replace('"priority":1', '"priority":7') : line)).slice(0, -1);
    writeFileSync(golden, `${changed.join('\n')}\n`);
    const { pass, message } = toMatchGolden(capture);
    expect(pass).toBe(false);
    expect(message().split('\n')[1]).toBe('frame 3: ospf.hello.priority: golden 7, got 1');
    expect(message().split('\n')[2]).toMatch(/^frame 24: not in the golden file: \{"frame":/);
    process.env.UPDATE = '1';
    expect(capture).toMatchGolden();
    delete process.env.UPDATE;
    expect(readFileSync(golden, 'utf8').trimEnd().split('\n')).toEqual(lines);
    expect(capture).toMatchGolden();
  });

  test('what is no capture, and what is no path', () => {
    const text = join(directory, 'text.pcap');
    writeFileSync(text, 'not a capture');
    expect(toMatchGolden(text)).toMatchObject({ pass: false });
    expect(toMatchGolden(text).message()).toContain('text.pcap: value at byte 0');
    expect(existsSync(goldenPathOf(text))).toBe(false);
    expect(toMatchGolden(join(directory, 'not-there.pcap')).message()).toContain('ENOENT');
    expect(toMatchGolden(3).message()).toContain('wants the path of a capture');
  });
});

describe('compareGolden', () => {
  test('members, elements, lines', () => {
    expect(compareGolden('{"a":1}\n', '{"a":1}\n')).toEqual([]);
    expect(compareGolden('{"a":{"b":[1,{"c":"x"}]}}\n', '{"a":{"b":[1,{"c":"y"}]}}\n')).toEqual([{ frame: 1, path: 'a.b[1].c', golden: '"x"', got: '"y"' }]);
    expect(compareGolden('{"a":1}\n', '{"b":1}\n')).toEqual([
      { frame: 1, path: 'a', golden: '1', got: undefined }, { frame: 1, path: 'b', golden: undefined, got: '1' },
    ]);
    expect(compareGolden('{"a":[1]}\n', '{"a":{"0":1}}\n')).toEqual([{ frame: 1, path: 'a', golden: '[1]', got: '{"0":1}' }]);
    expect(compareGolden('{}\n{}\n', '{}\n')).toEqual([{ frame: 2, path: '', golden: '{}', got: undefined }]);
    expect(compareGolden('{"a":1}\r\n', '{"a":1}\n')).toEqual([]);
    expect(compareGolden('oops\n', '{}\n')).toEqual([{ frame: 1, path: '', golden: '"oops"', got: '{}' }]);
  });
});
