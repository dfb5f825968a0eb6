/**
 * Conditions and filters that are typed at birdc: `where net ~ [ 10.0.0.0/8+ ]`, `filter NAME`. They are read as in bird.conf, with its names.
 */
import { readChannelFilter } from './bird-filter.js';
import { BIRD_KEYWORDS } from './bird-keywords.js';
import { tokenizeBird } from './bird-lexer.js';
import { BirdReader, BirdStatementFailure } from './bird-reader.js';
import type { BirdConfiguration, BirdFilter } from './bird-tree.js';
import { Findings } from '../config-error.js';

/** Undefined: it is no filter. */
export function parseBirdFilterText(text: string, configuration: BirdConfiguration | undefined): BirdFilter | undefined {
  const findings = new Findings();
  const reader = new BirdReader(tokenizeBird(text, '', () => 'no file can be included here', findings), BIRD_KEYWORDS, findings);
  for (const [name, symbol] of configuration?.symbols ?? []) reader.symbols.set(name, symbol);
  try {
    const filter = readChannelFilter(reader);
    return reader.token.kind === 'end' && findings.errors.length === 0 ? filter : undefined;
  } catch (failure) {
    if (failure instanceof BirdStatementFailure) return undefined;
    throw failure;
  }
}
