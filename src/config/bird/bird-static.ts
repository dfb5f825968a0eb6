/**
 * `route ...;` of BIRD's static protocol. BIRD 2.0.12's user guide, section 6.15.
 */
import { readAttributes } from './bird-filter.js';
import type { BirdReader } from './bird-reader.js';
import type { BirdNextHop, BirdStatement, BirdStaticRoute } from './bird-tree.js';

const DESTINATIONS: Readonly<Record<string, BirdStaticRoute['destination']>> = {
  blackhole: 'blackhole', drop: 'blackhole', unreachable: 'unreachable', reject: 'unreachable', prohibit: 'prohibit',
};

/** Behind `route`, up to the semicolon. */
export function readStaticRoute(reader: BirdReader): BirdStaticRoute {
  const { place } = reader;
  const { network, prefixLength } = reader.prefix('the destination');
  const nextHops: BirdNextHop[] = [];
  let destination: BirdStaticRoute['destination'] = 'unicast';
  const word = reader.token.kind === 'word' ? reader.token.text : '';
  if (Object.hasOwn(DESTINATIONS, word)) {
    destination = DESTINATIONS[word];
    reader.next();
  } else if (reader.isWord('recursive')) reader.fail('recursive routes are not emulated');
  else {
    while (reader.isWord('via')) nextHops.push(readNextHop(reader));
    if (nextHops.length === 0) {
      if (reader.isSign(';') || reader.isSign('{')) reader.fail('a route without a way is only of use where a protocol works on it: "via", "blackhole", "unreachable" or "prohibit"');
      reader.unexpected(['via', 'blackhole', 'unreachable', 'prohibit', 'drop', 'reject', 'recursive']);
    }
  }
  const attributes: BirdStatement[] = reader.isSign('{') ? readAttributes(reader) : [];
  return { network, prefixLength, destination, nextHops, attributes, place };
}

function readNextHop(reader: BirdReader): BirdNextHop {
  reader.word('via');
  let gateway = 0;
  let interfaceName: string | undefined;
  if (reader.token.kind === 'text') interfaceName = reader.next().text;
  else {
    gateway = reader.address('the next hop');
    if (reader.takeSign('%')) interfaceName = reader.next().text;
  }
  let weight = 1;
  let isOnlink = false;
  for (;;) {
    const { place } = reader;
    if (reader.takeWord('onlink')) isOnlink = reader.switch();
    else if (reader.takeWord('weight')) weight = reader.number('the weight', 1, 256);
    else if (reader.takeWord('bfd')) {
      if (reader.switch()) reader.refuse('BFD is not emulated for BIRD yet', place);
    } else if (reader.isWord('mpls')) reader.fail('MPLS is not emulated');
    else break;
  }
  return { gateway, weight, isOnlink, ...(interfaceName === undefined ? {} : { interfaceName }) };
}
