/**
 * haresources: which resources go together, and who has them when all are well. One group a line: NODE RESOURCE...
 *
 * `10.1.1.1` is short for `IPaddr::10.1.1.1`; arguments follow two colons each. A backslash joins lines. The file must be the same on all nodes.
 */
import { keyOf, type Resource, type ResourceGroup } from '../../takeover/heartbeat-configuration.js';
import { parseIpv4 } from '../address-text.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { wordLines, type PlacedWord } from '../line-reader.js';
import { quote } from '../spelling.js';

export interface PlacedGroup {
  readonly group: ResourceGroup;
  readonly place: SourcePlace;
  /** Of the node, and of each resource. */
  readonly words: readonly PlacedWord[];
}

const ADDRESS_FORM = 'A.B.C.D, A.B.C.D/LENGTH or A.B.C.D/LENGTH/INTERFACE';
const FILESYSTEM_FORM = 'Filesystem::DEVICE::DIRECTORY[::TYPE[::OPTIONS]]';

export function parseHaresources(text: string, file: string, findings: Findings): PlacedGroup[] {
  const groups: PlacedGroup[] = [];
  for (const words of wordLines(text, file, '', true)) {
    const [node, ...rest] = words;
    if (rest.length === 0) {
      findings.error(node.place, `a group needs at least one resource: ${node.text} RESOURCE...`, { found: node.text });
      continue;
    }
    const resources = rest.map((word) => resourceOf(word, findings));
    const group: ResourceGroup = { node: node.text.toLowerCase(), resources };
    const earlier = groups.find((each) => keyOf(each.group) === keyOf(group));
    if (earlier !== undefined) {
      findings.error(rest[0].place, `a group is known by its first resource, and ${quote(rest[0].text)} is that of the group in line ${earlier.place.line}, too`, { found: rest[0].text });
      continue;
    }
    groups.push({ group, place: node.place, words });
  }
  if (groups.length === 0) findings.error({ file, line: 1, column: 1 }, 'there is no resource group: NODE RESOURCE...');
  return groups;
}

function resourceOf(word: PlacedWord, findings: Findings): Resource {
  const { text, place } = word;
  const isAddress = /^[0-9]+\.[0-9.]+/.test(text);
  const parts = text.split('::');
  const resource: Resource = isAddress ? { script: 'IPaddr', arguments: [text], text } : { script: parts[0], arguments: parts.slice(1), text };
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(resource.script)) {
    findings.error(place, `${quote(resource.script)} is no name of a resource script`, { found: resource.script });
  } else if (resource.script === 'IPaddr' || resource.script === 'IPaddr2') {
    const [address, length, interfaceName] = (resource.arguments[0] ?? '').split('/');
    const isLength = length === undefined || (/^[0-9]{1,2}$/.test(length) && Number(length) <= 32) || length === interfaceName;
    if (parseIpv4(address) === undefined || !isLength || resource.arguments.length !== 1) {
      findings.error(place, `an address resource must be ${ADDRESS_FORM}, not ${quote(text)}`, { found: text, allowed: [ADDRESS_FORM] });
    }
  } else if (resource.script === 'Filesystem' && (resource.arguments.length < 2 || resource.arguments.some((each) => each === ''))) {
    findings.error(place, `a file system must be ${FILESYSTEM_FORM}, not ${quote(text)}`, { found: text, allowed: [FILESYSTEM_FORM] });
  }
  return resource;
}
