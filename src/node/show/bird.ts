/**
 * What birdc answers: which command is whose, and its arguments. BIRD 2.0.12's user guide, chapter 4.
 *
 * `birdc show ...` and `show ...` are the same. Words may be shortened as long as they are one word's beginning.
 */
import { parseBirdFilterText } from '../../config/bird/bird-query.js';
import type { Micros } from '../../base/micros.js';
import { parseIpv4, parsePrefix } from '../../config/address-text.js';
import type { SystemNode } from '../node.js';
import type { BirdTables } from '../bird-tables.js';
import { showBirdBfd } from './bird-bfd.js';
import { showBirdInterfaces, showBirdLsadb, showBirdNeighbors, showBirdOspf, type BirdLsadbFilter } from './bird-ospf.js';
import { showBirdProtocols, showBirdRoutes, type BirdRouteQuery } from './bird-route.js';
import { showBirdState } from './bird-state.js';

/** For messages: what may be asked. */
export const BIRD_SHOW_COMMANDS: readonly string[] = [
  'show ospf [NAME]',
  'show ospf neighbors ["INTERFACE"]',
  'show ospf interface ["INTERFACE"]',
  'show ospf topology [all]',
  'show ospf state [all]',
  'show ospf lsadb [global | area ID | link] [type N] [lsid ID] [self | router ID]',
  'show route [PREFIX | for PREFIX | for ADDRESS | in PREFIX] [where CONDITION | filter NAME] [all] [primary] [protocol NAME] [count]',
  'show bfd sessions [NAME]',
  'show protocols',
];

/** Undefined: BIRD has no such command, or it is not known here. */
export function showBird(node: SystemNode, tables: BirdTables, now: Micros, command: string): string | undefined {
  const words = command.trim().split(/\s+/);
  if (words[0] === 'birdc') words.shift();
  if (complete(words[0], ['show']) === undefined) return undefined;
  if (!tables.isRunning) return 'Unable to connect to server control socket (/run/bird/bird.ctl): No such file or directory\n';
  switch (complete(words[1], ['bfd', 'ospf', 'route', 'protocols'])) {
    case 'ospf': return showOspf(node, tables, now, words.slice(2));
    case 'route': {
      const query = routeQuery(node, tables, words.slice(2));
      return query === undefined ? undefined : showBirdRoutes(tables, query);
    }
    case 'bfd': {
      const name = tables.configuration.protocols.find((each) => each.kind === 'bfd' && !each.isDisabled)?.name;
      if (complete(words[2], ['sessions']) === undefined || words.length > 4 || (words.length === 4 && words[3] !== name)) return undefined;
      return node.bfd === undefined || name === undefined ? 'There is no BFD protocol running\n' : showBirdBfd(node.bfd, node.host, name);
    }
    case 'protocols': return words.length > 2 ? undefined : showBirdProtocols(tables, node.ospf);
    default: return undefined;
  }
}

function showOspf(node: SystemNode, tables: BirdTables, now: Micros, words: readonly string[]): string | undefined {
  const process = node.ospf;
  const name = tables.ospf?.name;
  if (process === undefined || name === undefined) return 'There is no OSPF protocol running\n';
  const display = complete(words[0], ['neighbors', 'interface', 'state', 'topology', 'lsadb']);
  let rest = words.slice(1).filter((word) => word !== name);
  switch (display) {
    case undefined: return words.length === 0 || (words.length === 1 && words[0] === name) ? showBirdOspf(process, name, now) : undefined;
    case 'neighbors':
    case 'interface': {
      if (rest.length > 1) return undefined;
      const pattern = rest.at(0)?.replace(/^"(.*)"$/, '$1');
      return display === 'neighbors' ? showBirdNeighbors(process, name, now, pattern) : showBirdInterfaces(process, name, pattern);
    }
    case 'state':
    case 'topology': {
      const isEverything = rest[0] === 'all';
      if (isEverything) rest = rest.slice(1);
      return rest.length > 0 ? undefined : showBirdState(process, now, display === 'state', isEverything);
    }
    case 'lsadb': {
      const filter = lsadbFilter(rest, process.routerId);
      return filter === undefined ? undefined : showBirdLsadb(process, now, filter);
    }
  }
}

function lsadbFilter(words: readonly string[], routerId: number): BirdLsadbFilter | undefined {
  const filter: { -readonly [Key in keyof BirdLsadbFilter]: BirdLsadbFilter[Key] } = {};
  for (let i = 0; i < words.length; i++) {
    const id = (): number | undefined => idOf(words[++i]);
    switch (words[i]) {
      case 'global': filter.scope = 'global'; break;
      case 'link': filter.scope = 'link'; break;
      case 'self': filter.router = routerId; break;
      case 'area':
        filter.scope = 'area';
        filter.area = id();
        if (filter.area === undefined) return undefined;
        break;
      case 'type':
        filter.lsType = id();
        if (filter.lsType === undefined) return undefined;
        break;
      case 'lsid':
        filter.linkStateId = id();
        if (filter.linkStateId === undefined) return undefined;
        break;
      case 'router':
        filter.router = id();
        if (filter.router === undefined) return undefined;
        break;
      default: return undefined;
    }
  }
  return filter;
}

function idOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^(\d{1,10}|0x[0-9a-fA-F]{1,8})$/.test(text)) return Number(text);
  return parseIpv4(text);
}

function routeQuery(node: SystemNode, tables: BirdTables, words: readonly string[]): BirdRouteQuery | undefined {
  const query: { -readonly [Key in keyof BirdRouteQuery]: BirdRouteQuery[Key] } = { isVerbose: false, isPrimary: false, isCount: false };
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    switch (word) {
      case 'all': query.isVerbose = true; break;
      case 'primary': query.isPrimary = true; break;
      case 'count': query.isCount = true; break;
      case 'table':
        if (words[++i] !== 'master4') return undefined;
        break;
      case 'protocol':
        query.protocol = words[++i];
        if (!tables.configuration.protocols.some((each) => each.name === query.protocol)) return undefined;
        break;
      case 'where':
      case 'filter': {
        // A condition runs up to the word behind it that cannot be part of one.
        let end = i + 1;
        while (end < words.length && !['all', 'primary', 'count', 'protocol', 'table'].includes(words[end])) end++;
        query.filter = parseBirdFilterText(words.slice(i, end).join(' '), node.plan.bird);
        if (query.filter === undefined) return undefined;
        i = end - 1;
        break;
      }
      default: {
        const mode = word === 'for' || word === 'in' ? word : 'equal';
        const text = mode === 'equal' ? word : words[++i];
        const address = parseIpv4(text ?? '');
        const prefix = address !== undefined && mode === 'for' ? { address, prefixLength: 32 } : parsePrefix(text ?? '');
        if (prefix === undefined || query.prefix !== undefined) return undefined;
        query.prefix = { mode, network: prefix.address, prefixLength: prefix.prefixLength };
      }
    }
  }
  return query;
}

/** The one word that the text is, or begins. */
function complete<T extends string>(text: string | undefined, words: readonly T[]): T | undefined {
  if (text === undefined || text === '') return undefined;
  const matches = words.filter((word) => word.startsWith(text));
  return matches.length === 1 ? matches[0] : matches.find((word) => word === text);
}
