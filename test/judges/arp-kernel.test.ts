/**
 * The kernel of this machine, in network namespaces of its own, is asked what the host here is asked: which ARP it believes, which it answers and by which
 * adapter, and in whose name it asks. It needs root, network namespaces and python3 (for raw sockets).
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ARP_MATRIX, type ArpMatrixRow } from '../host/arp-matrix.js';
import { ETH0, ETH1, Lnx31, TIRNANOG, VIPA, VIPA_RULE } from '../host/lnx31.js';
import { formatIpv4 } from '../../src/base/address.js';
import { describeWithNamespaces } from './availability.js';

const SCRIPT = fileURLToPath(new URL('arp-kernel.py', import.meta.url));

function kernel<T>(question: object): T {
  const { stdout, stderr, status } = spawnSync('python3', [SCRIPT], { input: JSON.stringify(question), encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

describeWithNamespaces('the kernel of this machine', () => {
  it.each([0, 1])('arp_accept %i: believes what the matrix says it believes, cell by cell', (accept) => {
    const asked = ARP_MATRIX.flatMap((row) => (['young', 'old', 'none'] as const).map((age) => ({ row, age })));
    const found = kernel<string[]>({ kind: 'matrix', accept, rows: asked.map(({ row: { operation, to, tha, tpa }, age }) => ({ operation, to, tha, tpa, age })) });
    const want = (row: ArpMatrixRow, age: 'young' | 'old' | 'none'): string => (age === 'none' && accept === 1 ? row.accepted : row[age]);
    expect(asked.map(({ row, age }, i) => `${row.name}, ${age}: ${found[i]}`)).toEqual(asked.map(({ row, age }) => `${row.name}, ${age}: ${want(row, age)}`));
  });

  it('drop_gratuitous_arp: looks at nothing that is gratuitous', () => {
    const found = kernel<string[]>({ kind: 'matrix', accept: 1, sysctl: { 'conf.k0.drop_gratuitous_arp': 1 }, rows: ARP_MATRIX.map(({ operation, to, tha, tpa }) => ({ operation, to, tha, tpa, age: 'none' })) });
    expect(found).toEqual(ARP_MATRIX.map((row) => (row.tpa === 'self' ? 'none' : row.accepted)));
  });

  const ELSEWHERE = 0xac100001;
  const ASKS: readonly (readonly [number, number])[] = [[VIPA, TIRNANOG], [ETH0, TIRNANOG], [ETH1, TIRNANOG], [ETH0, ELSEWHERE]];

  it.each([
    ['arp_ignore', 0], ['arp_ignore', 1], ['arp_ignore', 2], ['arp_ignore', 3], ['arp_ignore', 8], ['arp_filter', 0], ['arp_filter', 1],
  ])('%s %i: answers by the same adapters', (name, value) => {
    // Somebody without a way back is nobody to arp_filter.
    const asks = name === 'arp_filter' ? ASKS.slice(0, 3) : ASKS;
    const found = kernel<string[][]>({ kind: 'answers', sysctl: { [`conf.all.${name}`]: value }, asks: asks.map(([target, sender]) => [formatIpv4(target), formatIpv4(sender)]) });
    const ours = asks.map(([target, sender]) => new Lnx31({ [`conf.all.${name}`]: value }).ask(target, sender).map((adapter) => adapter.replace('eth', 'k')));
    expect(found).toEqual(ours);
  });

  it('arp_filter 1 with a rule for the VIPA: answers by the adapter of the rule', () => {
    const found = kernel<string[][]>({ kind: 'answers', sysctl: { 'conf.all.arp_filter': 1 }, rules: ['10.1.1.1'], asks: [[formatIpv4(VIPA), formatIpv4(TIRNANOG)]] });
    expect(found).toEqual([new Lnx31({ 'conf.all.arp_filter': 1 }, [VIPA_RULE]).ask(VIPA).map((adapter) => adapter.replace('eth', 'k'))]);
  });

  it.each([0, 1, 2])('arp_announce %i: asks in the same name', (value) => {
    const sources = [VIPA, ETH1, 0];
    const found = kernel<string[][]>({ kind: 'requests', sysctl: { 'conf.all.arp_announce': value }, sends: sources.map((source) => (source === 0 ? '' : formatIpv4(source))) });
    expect(found.map((each) => each.join(' '))).toEqual(sources.map((source) => new Lnx31({ 'conf.all.arp_announce': value }).request(source, 0xc0a80170).replace('eth', 'k')));
  });

  it('proxy_arp: answers for what lies behind another interface, and for nothing else', () => {
    const found = kernel<string[][]>({ kind: 'answers', sysctl: { 'conf.k0.proxy_arp': 1 }, seconds: 0.9, asks: [['10.33.0.1', formatIpv4(TIRNANOG)], ['192.168.1.99', formatIpv4(TIRNANOG)]] });
    const ask = (target: number): string[] => new Lnx31({ 'conf.eth0.proxy_arp': 1 }).ask(target).map((adapter) => adapter.replace('eth', 'k'));
    expect(found).toEqual([ask(0x0a210001), ask(0xc0a80163)]);
  });
});
