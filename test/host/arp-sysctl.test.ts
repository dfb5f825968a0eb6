/**
 * A host with two adapters on one LAN and a VIPA on lo answers and asks as the measured kernel does under each sysctl.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../src/base/micros.js';
import { ALL_MAC, arpFrame, NULL_MAC } from './host-by-hand.js';
import { BEHIND_CTC, ETH0, ETH1, Lnx31, TIRNANOG, VIPA, VIPA_RULE } from './lnx31.js';

describe('who answers', () => {
  it('both adapters, for every local address, 5 to 8 us apart', () => {
    for (let seed = 0; seed < 20; seed++) {
      const h = new Lnx31({}, [], seed);
      for (const target of [VIPA, ETH0, ETH1]) expect(h.ask(target)).toEqual(['eth0', 'eth1']);
      const answers = h.sent.filter((s) => s.bytes[21] === 2);
      for (let i = 0; i < answers.length; i += 2) {
        expect(answers[i + 1].time - answers[i].time).toBeGreaterThanOrEqual(5);
        expect(answers[i + 1].time - answers[i].time).toBeLessThanOrEqual(8);
      }
    }
  });

  // arp_ignore, then who answers for the VIPA, eth0's address and eth1's, asked from the subnet and from elsewhere.
  it.each([
    [0, 'eth0 eth1', 'eth0 eth1', 'eth0 eth1', 'eth0 eth1'],
    [1, '', 'eth0', 'eth1', 'eth0'],
    [2, '', 'eth0', 'eth1', ''],
    [3, 'eth0 eth1', 'eth0 eth1', 'eth0 eth1', 'eth0 eth1'],
    [8, '', '', '', ''],
  ])('arp_ignore %i', (value, vipa, eth0, eth1, elsewhere) => {
    const answers = (target: number, sender?: number): string => new Lnx31({ 'conf.all.arp_ignore': value }).ask(target, sender).join(' ');
    expect([answers(VIPA), answers(ETH0), answers(ETH1), answers(ETH0, 0xac100001)]).toEqual([vipa, eth0, eth1, elsewhere]);
  });

  it('arp_ignore of one interface counts there alone', () => {
    expect(new Lnx31({ 'conf.eth0.arp_ignore': 1 }).ask(VIPA)).toEqual(['eth1']);
    expect(new Lnx31({ 'conf.default.arp_ignore': 1 }).ask(VIPA)).toEqual([]);
    expect(new Lnx31({ 'conf.default.arp_ignore': 1, 'conf.eth1.arp_ignore': 0 }).ask(VIPA)).toEqual(['eth1']);
  });

  it('arp_filter 1: the adapter on the way back alone, which a rule can change', () => {
    expect(new Lnx31({ 'conf.all.arp_filter': 1 }).ask(VIPA)).toEqual(['eth0']);
    expect(new Lnx31({ 'conf.all.arp_filter': 1 }).ask(ETH1)).toEqual(['eth0']);
    const withRule = new Lnx31({ 'conf.all.arp_filter': 1 }, [VIPA_RULE]);
    expect([withRule.ask(VIPA), withRule.ask(ETH1)]).toEqual([['eth1'], ['eth0']]);
  });
});

describe('who asks', () => {
  it.each([[0, '10.1.1.1'], [1, '192.168.1.3'], [2, '192.168.1.3']])('arp_announce %i: a packet from the VIPA asks as %s', (value, want) => {
    expect(new Lnx31({ 'conf.all.arp_announce': value }).request(VIPA, TIRNANOG)).toBe(`eth0 ${want}`);
  });

  // Both addresses are of a subnet that eth0 has, so 1 allows it.
  it.each([[0, '192.168.1.4'], [1, '192.168.1.4'], [2, '192.168.1.3']])('arp_announce %i: a packet from eth1\'s address that leaves by eth0 asks as %s', (value, want) => {
    expect(new Lnx31({ 'conf.all.arp_announce': value }).request(ETH1, TIRNANOG)).toBe(`eth0 ${want}`);
  });

  it('a rule for the source sends by its table, everything else by the main one', () => {
    const h = new Lnx31({}, [VIPA_RULE]);
    expect(h.request(VIPA, TIRNANOG)).toBe('eth1 10.1.1.1');
    expect(h.request(0, TIRNANOG)).toBe('eth0 192.168.1.3');
  });
});

describe('proxy ARP', () => {
  it('answers for what it routes elsewhere, a broadcast after up to 0.8 s, and not for the asker\'s own LAN', () => {
    const delays: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const h = new Lnx31({ 'conf.eth0.proxy_arp': 1 }, [], seed);
      expect(h.ask(BEHIND_CTC)).toEqual(['eth0']);
      delays.push(h.sent[0].time);
      expect(h.ask(0xc0a80163)).toEqual([]);
      expect(h.ask(0xac100001)).toEqual([]);
    }
    expect(Math.max(...delays)).toBeLessThan(800 * MILLISECOND);
    expect(Math.max(...delays)).toBeGreaterThan(700 * MILLISECOND);
    expect(Math.min(...delays)).toBeLessThan(100 * MILLISECOND);
  });

  it('answers a unicast request at once', () => {
    const h = new Lnx31({ 'conf.eth0.proxy_arp': 1 });
    h.host.receive(0, 0, arpFrame({ operation: 1, to: h.host.interfaces[1].mac, spa: TIRNANOG, tha: NULL_MAC, tpa: BEHIND_CTC }));
    expect(h.sent).toHaveLength(1);
  });

  it('keeps proxy_qlen answers, and no delay with proxy_delay 0', () => {
    const ask = (h: Lnx31): void => {
      for (let i = 0; i < 10; i++) {
        h.host.receive(0, 0, arpFrame({ operation: 1, to: ALL_MAC, spa: TIRNANOG - i - 1, tha: NULL_MAC, tpa: BEHIND_CTC }));
      }
    };
    const three = new Lnx31({ 'conf.all.proxy_arp': 1, 'neigh.eth0.proxy_qlen': 3 });
    ask(three);
    three.until(SECOND);
    expect(three.sent).toHaveLength(3);
    const none = new Lnx31({ 'conf.all.proxy_arp': 1, 'neigh.default.proxy_delay': 0 });
    ask(none);
    none.until(MILLISECOND);
    expect(none.sent).toHaveLength(10);
  });
});

describe('arp_notify', () => {
  it.each([[0, 0], [1, 1]])('%i: %i gratuitous requests when the link comes up', (value, count) => {
    const h = new Lnx31({ 'conf.eth0.arp_notify': value });
    h.host.carrierChanged(0, false);
    h.host.carrierChanged(0, true);
    expect(h.sent).toHaveLength(count);
    for (const { bytes } of h.sent) {
      expect(bytes).toEqual(arpFrame({ operation: 1, to: ALL_MAC, sha: h.host.interfaces[1].mac, spa: ETH0, tha: NULL_MAC, tpa: ETH0 }));
    }
  });
});

describe('the neigh settings', () => {
  it('change counts and times under the kernel\'s names, of one interface or of all', () => {
    const h = new Lnx31({ 'neigh.default.mcast_solicit': 2, 'neigh.eth1.mcast_solicit': 4, 'neigh.default.retrans_time_ms': 500 }, [VIPA_RULE]);
    h.request(0, TIRNANOG);
    h.request(VIPA, TIRNANOG);
    h.until(10 * SECOND);
    const times = (port: number): number[] => h.sent.filter((s) => s.port === port).map((s) => s.time / SECOND);
    expect([times(0), times(1)]).toEqual([[0, 0.5], [0, 0.5, 1, 1.5]]);
  });
});
