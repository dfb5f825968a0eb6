/** Keys with lifetimes: the roll-over of RFC 2328, D.3, keeps the adjacency; without an overlap it is lost. */
import { describe, expect, it } from 'vitest';
import { SECOND, type Micros } from '../../src/base/micros.js';
import type { LifetimeKey } from '../../src/ospf/configuration.js';
import { nextKeyChange, sendingKey } from '../../src/ospf/key-chain.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { configuration, device, Fabric } from './fabric.js';

const secret = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

function key(keyId: number, times: Omit<LifetimeKey, 'authentication'> = {}): LifetimeKey {
  return { authentication: { type: 'md5', keyId, key: secret(`key ${keyId}`) }, ...times };
}

describe('which key is sent', () => {
  const old = key(1, { sendUntil: 100 });
  const next = key(2, { sendFrom: 90, sendUntil: 200 });
  it.each<[Micros, number | undefined]>([[0, 1], [89, 1], [90, 2], [100, 2], [199, 2], [200, 2], [5000, 2]])('at %d: %d', (now, keyId) => {
    const found = sendingKey([old, next], now)?.authentication;
    expect(found !== undefined && 'keyId' in found ? found.keyId : undefined).toBe(keyId);
  });
  it('of several that may be sent the one that came last into its time, though another lasts longer', () => {
    const long = key(1, { sendUntil: 500 });
    expect([89, 100, 200].map((now) => sendingKey([next, long], now)?.authentication)).toEqual([long, next, long].map((each) => each.authentication));
  });
  it('none before its time, and what comes next is known', () => {
    expect(sendingKey([next], 89)).toBeUndefined();
    expect([0, 90, 100, 200].map((now) => nextKeyChange([old, next], now))).toEqual([90, 100, 200, Infinity]);
  });
});

/** How often a neighbour was lost when two routers change keys as these lists say, and the key ids that were sent after 150 s. */
function change(a: readonly LifetimeKey[], b: readonly LifetimeKey[]): { lost: number; keyIds: number[]; isFull: boolean } {
  const fabric = new Fabric();
  for (const [name, index, keys] of [['a', 1, a], ['b', 2, b]] as const) {
    fabric.add(name, {
      behaviour: FRR_844, interfaces: [device('eth0', 2, `10.0.0.${index}/24`)],
      configuration: configuration({ routerId: `1.1.1.${index}`, networks: [['10.0.0.0/24', 0]],
        interfaces: { eth0: { networkType: 'point-to-point', helloIntervalSeconds: 1, deadIntervalSeconds: 4, authentication: keys[0].authentication, keys } } }),
    });
  }
  fabric.link(['a', 2], ['b', 2]);
  fabric.runUntil(200 * SECOND);
  const routers = [...fabric.routers.values()];
  return {
    lost: routers.reduce((sum, { traces }) => sum + traces.filter(({ event }) => event.kind === 'neighbor-state' && event.to === 'Deleted').length, 0),
    keyIds: [...new Set(fabric.sent.filter(({ time }) => time > 150 * SECOND).map(({ bytes }) => bytes[18]))],
    isFull: routers.every(({ process }) => process.interfaces[0].fullNeighbors === 1),
  };
}

describe('roll-over', () => {
  it('with overlapping acceptance the adjacency stays, though the two change at other moments', () => {
    const at = (seconds: number): LifetimeKey[] => [key(1, { sendUntil: seconds * SECOND, acceptUntil: 140 * SECOND }), key(2, { sendFrom: seconds * SECOND, acceptFrom: 60 * SECOND })];
    expect(change(at(80), at(120))).toEqual({ lost: 0, keyIds: [2], isFull: true });
  });
  it('without it, it is lost until the second has changed, too', () => {
    const at = (seconds: number): LifetimeKey[] => [key(1, { sendUntil: seconds * SECOND, acceptUntil: seconds * SECOND }), key(2, { sendFrom: seconds * SECOND, acceptFrom: seconds * SECOND })];
    expect(change(at(80), at(120))).toEqual({ lost: 2, keyIds: [2], isFull: true });
  });
  it('of keys that are all over at the start the one that ended last is used', () => {
    const over = [key(1, { sendUntil: 0, acceptUntil: 0 }), key(2, { sendUntil: 0, acceptUntil: 0 })];
    expect(change(over, over)).toEqual({ lost: 0, keyIds: [2], isFull: true });
  });
  it('a key that is over stays in use when no other follows', () => {
    expect(change([key(1, { sendUntil: 80 * SECOND, acceptUntil: 80 * SECOND })], [key(1, { sendUntil: 90 * SECOND, acceptUntil: 90 * SECOND })]))
      .toMatchObject({ keyIds: [1], isFull: true });
  });
});
