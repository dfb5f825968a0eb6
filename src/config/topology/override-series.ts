/**
 * Lists in `--set` of a sweep: `--set events.0.at=[100s, 110s]` stands for two runs of everything, one for each item; several lists for
 * every combination.
 *
 * Where the topology has a list already, a list is the new value, as in a single run, and a list of lists is several of them. Mistakes in
 * a value or a path are left to `override`, which names them.
 */
import { isSeq, parseDocument, type Node } from 'yaml';
import { ConfigError, ConfigErrors } from '../config-error.js';
import { describeReadFailure, type ReadFile } from './topology-source.js';

const MOST_COMBINATIONS = 10_000;

export interface OverrideSeries {
  readonly overrides: readonly string[];
  /** Those of them that came from a list: what distinguishes this combination from the others. */
  readonly varied: readonly string[];
}

/** At least one. Throws ConfigErrors where the topology cannot be read or there are too many combinations. */
export function overrideSeries(topology: string, overrides: readonly string[], readFile: ReadFile): readonly OverrideSeries[] {
  if (!overrides.some((override) => override.slice(override.indexOf('=') + 1).trimStart().startsWith('['))) return [{ overrides, varied: [] }];
  let text: string;
  try {
    text = readFile(topology);
  } catch (failure) {
    throw new ConfigErrors([new ConfigError({ file: topology, line: 0, column: 0 }, `cannot be read: ${describeReadFailure(failure)}`)]);
  }
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  let series: OverrideSeries[] = [{ overrides: [], varied: [] }];
  for (const override of overrides) {
    const choices = choicesOf(override, (path) => document.errors.length === 0 && isSeq(document.getIn(path, true)));
    series = series.flatMap((one) => choices.map((choice) => ({
      overrides: [...one.overrides, choice], varied: choices.length === 1 ? one.varied : [...one.varied, choice],
    })));
    if (series.length > MOST_COMBINATIONS) {
      throw new ConfigErrors([new ConfigError({ file: `--set ${override}`, line: 0, column: 0 }, `more than ${MOST_COMBINATIONS} combinations of values`)]);
    }
  }
  return series;
}

function choicesOf(override: string, isListThere: (path: readonly string[]) => boolean): readonly string[] {
  const equals = override.indexOf('=');
  const [key, text] = [override.slice(0, equals), override.slice(equals + 1)];
  const value = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  if (equals <= 0 || value.errors.length > 0 || !isSeq<Node>(value.contents) || value.contents.items.length === 0) return [override];
  const { items } = value.contents;
  if (isListThere(key.split('.')) && !items.every((item) => isSeq(item))) return [override];
  return items.map((item) => {
    const [start, end] = item.range ?? [0, 0];
    return `${key}=${text.slice(start, end)}`;
  });
}
