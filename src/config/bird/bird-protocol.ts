/**
 * What the protocols of bird.conf have in common: their head, channels, interface patterns. BIRD 2.0.12's user guide, sections 3.3 to 3.5.
 */
import type { BirdChannel, InterfacePattern } from './bird-tree.js';
import { readChannelFilter } from './bird-filter.js';
import type { BirdReader } from './bird-reader.js';
import type { SourcePlace } from '../config-error.js';

/** What every protocol can say about itself. */
export class ProtocolHead {
  readonly name: string;
  readonly place: SourcePlace;
  isDisabled = false;
  routerId: number | undefined;

  constructor(name: string, place: SourcePlace) {
    this.name = name;
    this.place = place;
  }

  base(): { readonly name: string; readonly place: SourcePlace; readonly isDisabled: boolean; readonly routerId?: number } {
    const { name, place, isDisabled, routerId } = this;
    return { name, place, isDisabled, ...(routerId === undefined ? {} : { routerId }) };
  }
}

/** A statement that any protocol takes; an empty one is such a statement, too. */
export function readProtocolItem(reader: BirdReader, head: ProtocolHead): boolean {
  if (reader.isSign(';')) return true;
  const { place } = reader;
  if (reader.takeWord('disabled')) {
    head.isDisabled = reader.switch();
    if (head.isDisabled) reader.attention(`${head.name} is disabled: it does nothing`, place);
  } else if (reader.takeWord('debug') || reader.takeWord('mrtdump')) readDebugMask(reader);
  else if (reader.takePhrase('router', 'id')) head.routerId = reader.id('the router id');
  else if (reader.takeWord('description')) reader.text('a description');
  else if (reader.takeWord('vrf')) {
    if (!reader.takeWord('default')) {
      reader.text('the name of a VRF');
      reader.refuse('VRFs are not emulated', place);
    }
  } else return false;
  return true;
}

const DEBUG_FLAGS = ['states', 'routes', 'filters', 'interfaces', 'events', 'packets', 'messages'];

export function readDebugMask(reader: BirdReader): void {
  if (reader.takeWord('all') || reader.takeWord('off')) return;
  reader.sign('{');
  do {
    if (!reader.isWord(...DEBUG_FLAGS)) reader.unexpected(DEBUG_FLAGS);
    reader.next();
  } while (reader.takeSign(','));
  reader.sign('}');
}

const CHANNEL_ITEMS = ['import', 'export', 'table', 'preference', 'import limit', 'export limit', 'receive limit', 'import keep filtered', 'rpki reload', 'debug'];

/** `ipv4 { import ...; export ...; }`; its first word stands here. `earlier`: there is one, and a second one has no place. */
export function readChannel(reader: BirdReader, defaults: BirdChannel, earlier?: BirdChannel): BirdChannel {
  if (earlier !== undefined) reader.fail('the protocol has a channel "ipv4" already');
  reader.word('ipv4');
  if (reader.isWord('multicast')) reader.fail('the multicast channel belongs to OSPF v3');
  let { table, importFilter, exportFilter, preference } = defaults;
  if (reader.takeSign('{')) {
    while (!reader.takeSign('}')) {
      const { place } = reader;
      if (reader.isPhrase('import', 'limit') || reader.isPhrase('export', 'limit') || reader.isPhrase('receive', 'limit')) readLimit(reader);
      else if (reader.takePhrase('import', 'keep', 'filtered') || reader.takePhrase('rpki', 'reload')) reader.switch();
      else if (reader.takeWord('import')) importFilter = readChannelFilter(reader);
      else if (reader.takeWord('export')) exportFilter = readChannelFilter(reader);
      else if (reader.takeWord('preference')) preference = reader.number('the preference', 0, 65535);
      else if (reader.takeWord('debug')) readDebugMask(reader);
      else if (reader.takeWord('table')) {
        table = reader.token.text;
        if (reader.symbolHere()?.kind !== 'table') reader.fail(`no table is called "${table}"`);
        reader.next();
        if (table !== 'master4') reader.refuse('tables other than master4 are not emulated: only pipes and rules could make use of them', place);
      } else reader.unexpected(CHANNEL_ITEMS);
      reader.sign(';');
    }
  }
  return { table, importFilter, exportFilter, preference };
}

function readLimit(reader: BirdReader): void {
  const { place } = reader;
  reader.next();
  reader.next();
  if (reader.takeWord('off')) return;
  reader.number('the limit');
  if (reader.takeWord('action')) {
    if (!reader.isWord('warn', 'block', 'restart', 'disable')) reader.unexpected(['warn', 'block', 'restart', 'disable']);
    reader.next();
  }
  reader.refuse('limits of channels are not emulated', place);
}

/** `"eth*", -"eth3", 10.0.0.0/8, "br*" 10.1.0.0/16` */
export function readInterfacePatterns(reader: BirdReader): InterfacePattern[] {
  const patterns: InterfacePattern[] = [];
  do {
    const isNegated = reader.takeSign('-');
    let isPositive = !isNegated;
    let name: string | undefined;
    if (reader.token.kind === 'text') {
      name = reader.next().text;
      // A minus inside the text means the same.
      if (name.startsWith('-')) {
        name = name.slice(1);
        isPositive = !isPositive;
      }
    }
    let prefix: InterfacePattern['prefix'];
    if (reader.isPrefixHere()) prefix = reader.prefix('the network of an interface');
    else if (reader.token.kind === 'ip4') prefix = { network: reader.next().value, prefixLength: 32 };
    else if (reader.token.kind === 'ip6') reader.fail('only IPv4 is emulated');
    else {
      const symbol = reader.symbolHere();
      if (symbol?.kind === 'constant' && symbol.value.type === 'ip') {
        reader.next();
        prefix = { network: symbol.value.value, prefixLength: 32 };
      } else if (name === undefined) reader.unexpected(['"NAME" of an interface', 'A.B.C.D/M', '"-"']);
    }
    patterns.push({ isPositive, ...(name === undefined ? {} : { name }), ...(prefix === undefined ? {} : { prefix }) });
  } while (reader.takeSign(','));
  return patterns;
}
