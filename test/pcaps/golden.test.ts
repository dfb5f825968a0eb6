/**
 * Every capture of pcaps/ is decoded as it was when its golden file was written and reviewed: all names, all values, every frame.
 * UPDATE=1 writes the golden files anew; look at the difference before it is committed.
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import '../../src/matcher/vitest.js';

const PCAPS = fileURLToPath(new URL('../../pcaps/', import.meta.url));
const captures = readdirSync(PCAPS).filter((name) => /\.pcap(ng)?$/.test(name)).sort();

test.each(captures)('%s', (name) => {
  const golden = `${PCAPS}golden/${name.replace(/\.pcap(ng)?$/, '')}.jsonl`;
  if (process.env.UPDATE !== '1') expect(existsSync(golden), 'its golden file is there').toBe(true);
  expect(PCAPS + name).toMatchGolden(golden);
});
