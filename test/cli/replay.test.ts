/** `failover replay` has two forms, and says which one is meant wrongly. */
import { describe, expect, it } from 'vitest';
import { failover, TOPOLOGIES } from './command-line.js';

const LAB = new URL('../fixtures/lab/', import.meta.url).pathname;
const TOPOLOGY = `${TOPOLOGIES}/router-loss-frr.yaml`;
const captures = ['lan', 'ctc0', 'ctc1'].map((name) => `${LAB}frr-def/${name}.ctl.pcap`);

describe('replay --as', () => {
  it('prints what was compared, and JSON', () => {
    const text = failover(['replay', TOPOLOGY, '--as', 'tirnanog', ...captures]);
    expect(text).toMatchObject({ exitCode: 0, stderr: '' });
    expect(text.stdout).toContain('tirnanog: eth0 in lan');
    expect(text.stdout).toMatch(/113 OSPF packets of tirnanog, 113 of its stand-in: 113 matched, 0 explained, 0 unexplained\n$/);
    const json = failover(['replay', TOPOLOGY, '--as', 'tirnanog', '--json', `eth0=${captures[0]}`]);
    expect(json.exitCode).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ node: 'tirnanog', packets: { real: 113, ours: 113 }, unexplained: [], explained: [], not_compared: { ARP: 108, IGMP: 5 } });
  });

  it('ends with 1 where something is unexplained', () => {
    const ended = failover(['replay', TOPOLOGY, '--as', 'tirnanog', '--set', 'topology.nodes.tirnanog.interfaces.eth0.mtu=1400', ...captures]);
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toMatch(/unexplained, \d+\n/);
    expect(ended.stdout).toContain('ospf.dd.mtu: 1500, ours 1400; allowed: equal');
  });

  it.each([
    [[TOPOLOGY, ...captures], /^replay: which node\? failover replay DIR, of a recording, or failover replay TOPOLOGY --as NODE CAPTURE\.\.\.\n$/],
    [[TOPOLOGY], /^replay: which node\?/],
    [[TOPOLOGY, '--as', 'lnx33'], /^replay: which captures\?/],
    [[TOPOLOGY, '--as', 'nobody', ...captures], /^replay --as nobody: there is no node nobody; nodes: lan, lnx31, lnx32, lnx33, tirnanog\n$/],
    [[TOPOLOGY, '--as', 'lnx33', captures[0]], /^replay --as lnx33: lnx33 sends no OSPF in lan/],
    [[TOPOLOGY, '--as', 'lnx33', captures[1], captures[1]], /is given twice\n$/],
    [[TOPOLOGY, '--as', 'lnx33', TOPOLOGY], /is no capture/],
    [[TOPOLOGY, '--as', 'lnx33', 'nowhere.pcap'], /^nowhere\.pcap: no such file or directory\n$/],
  ])('%j: one line, and 2', (words, line) => {
    const ended = failover(['replay', ...words]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(line);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});
