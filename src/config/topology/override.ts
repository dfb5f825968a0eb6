/**
 * `--set key=value`: changes the topology file before it is read, by a dotted path.
 *
 *   events.0.at=130s        topology.nodes.lnx31.kind=frr        start.spread=0ms        probes.1={name: p, from: a, to: 10.0.0.1}
 *
 * The value is YAML. A part of the path is a key of a mapping or the number of a list's item, from 0; one past the end
 * appends. Mappings that are not there are made. What is wrong afterwards is found by the checks that every file goes
 * through, and named by the option.
 */
import { isMap, isScalar, isSeq, isAlias, Pair, parseDocument, Scalar, visit, YAMLMap, type Node } from 'yaml';
import type { SourcePlace } from '../config-error.js';
import { quote } from '../spelling.js';
import type { YamlFile } from './yaml-document.js';

export function applyOverrides(file: YamlFile, overrides: readonly string[]): void {
  for (const override of overrides) applyOverride(file, override);
}

function applyOverride(file: YamlFile, override: string): void {
  const place: SourcePlace = { file: `--set ${override.replace(/\s+/g, ' ')}`, line: 0, column: 0 };
  const equals = override.indexOf('=');
  const path = override.slice(0, equals).split('.');
  if (equals <= 0 || path.some((part) => part === '')) {
    file.findings.error(place, 'the form is key=value with a dotted path, as in events.0.at=130s');
    return;
  }
  const value = parseValue(file, override.slice(equals + 1), place);
  if (value === undefined) return;

  let current: unknown = file.document.contents;
  if (!isMap(current)) return;
  for (let depth = 0; depth < path.length; depth++) {
    const part = path[depth];
    const isLast = depth === path.length - 1;
    const parent = path.slice(0, depth).join('.');
    if (isMap(current)) {
      const pair: Pair<unknown, unknown> | undefined = current.items.find((item) => isScalar(item.key) && keyText(item.key) === part);
      if (isLast) {
        if (pair !== undefined) pair.value = value;
        else current.items.push(newPair(file, part, value, place));
        return;
      }
      let next: unknown = pair?.value;
      if (next === undefined || next === null || (isScalar(next) && next.value === null)) {
        const made = new YAMLMap();
        file.overrides.set(made, place);
        if (pair !== undefined) pair.value = made;
        else current.items.push(newPair(file, part, made, place));
        next = made;
      }
      current = next;
    } else if (isSeq(current)) {
      const index = /^[0-9]{1,6}$/.test(part) ? Number(part) : NaN;
      const count: number = current.items.length;
      if (!(index < count || (isLast && index === count))) {
        file.findings.error(place, `"${parent}" is a list of ${count}: ${quote(part)} must be a number from 0 to ${isLast ? count : count - 1}`);
        return;
      }
      if (isLast) {
        current.items[index] = value;
        return;
      }
      current = current.items[index];
    } else {
      const what = isAlias(current) ? 'an alias (*name), which cannot be changed in one place' : 'a single value';
      file.findings.error(place, `"${parent}" is ${what}: there is no ${quote(part)} in it`);
      return;
    }
  }
}

function keyText(key: Scalar): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

function newPair(file: YamlFile, key: string, value: unknown, place: SourcePlace): Pair<unknown, unknown> {
  const scalar = new Scalar(key);
  file.overrides.set(scalar, place);
  return new Pair<unknown, unknown>(scalar, value);
}

function parseValue(file: YamlFile, text: string, place: SourcePlace): Node | undefined {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) {
    file.findings.error(place, `the value is not YAML: ${document.errors[0].message}`);
    return undefined;
  }
  const value = document.contents ?? new Scalar(null);
  file.overrides.set(value, place);
  let hasAlias = false;
  visit(document, {
    Node: (_key, node) => {
      file.overrides.set(node, place);
      if (isAlias(node)) hasAlias = true;
    },
  });
  if (hasAlias) {
    file.findings.error(place, 'the value must not have aliases (*name)');
    return undefined;
  }
  return value;
}
