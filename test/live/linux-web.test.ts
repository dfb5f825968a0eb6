/**
 * A real client, curl, fetches a page from emulated servers over a TAP device, one of which takes over from the other: by VRRP when the first stands still, and by
 * heartbeat, which starts the web server there. What curl misses is what the probe of an emulated client beside it misses.
 */
import { expect, it } from 'vitest';
import { describeWithJudge, describeWithNamespaces } from '../judges/availability.js';
import { LiveLab } from './live-lab.js';

/** Of the run; until the first the servers agree in virtual time. */
const WARM_UP = 10;
const FAULT = WARM_UP + 6;
const END = FAULT + 9;
/** Longer than what is under way at once. */
const LINES = 2000;

const keepalived = (priority: number): string => `vrrp_instance web {\n  state BACKUP\n  interface eth0\n  virtual_router_id 51\n  priority ${priority}\n  advert_int 1\n  virtual_ipaddress {\n    10.0.0.100/24\n  }\n}\n`;
const HA_CF = 'keepalive 1\ndeadtime 3\ninitdead 6\nudpport 694\nbcast eth0\nauto_failback on\nnode web1 web2\n';

const server = (name: string, address: string, more: string): string => `    ${name}: { kind: host, interfaces: { eth0: { address: ${address}/24 } }, ${more} }\n`;

interface Probe { readonly outages: readonly { readonly seconds: number }[]; readonly answeredBy: readonly { readonly server: string }[] }

describeWithJudge('curl', 'a real client of emulated servers', () => {
  describeWithNamespaces('in namespaces', () => {
    it.concurrent.for(['keepalived', 'heartbeat'])('the page comes from the other server, by %s', { timeout: 120_000 }, async (how, { onTestFinished }) => {
      const at = new LiveLab();
      onTestFinished(() => at.remove());
      const page = (name: string): string => `<!DOCTYPE html>\n<title>${name}</title>\n${Array.from({ length: LINES }, (_, i) => `<p>line ${i} of ${name}\n`).join('')}`;
      for (const [name, priority] of [['web1', 150], ['web2', 100]] as const) {
        at.write(`${name}.html`, page(name));
        at.write(`${name}.keepalived.conf`, keepalived(priority));
      }
      at.write('ha.cf', HA_CF);
      at.write('haresources', 'web1 10.0.0.100/24/eth0 apache\n');
      at.write('authkeys', 'auth 1\n1 crc\n');
      const role = (name: string): string => `page: ${name}.html, ` + (how === 'keepalived' ? `listen: [80], config: ${name}.keepalived.conf` : 'config: [ha.cf, haresources, authkeys], scripts: { apache: { port: 80 } }');
      const topology = at.write('lab.yaml', `name: web\ntopology:\n  nodes:\n${server('web1', '10.0.0.1', role('web1'))}${server('web2', '10.0.0.2', role('web2'))}` +
        `    inner: { kind: host, interfaces: { eth0: { address: 10.0.0.8/24 } } }\n    client: { kind: host, interfaces: { eth0: { address: 10.0.0.9/24 } } }\n    lan: { kind: switch }\n` +
        '  links:\n    - endpoints: ["lan:p1", "client:eth0"]\n    - endpoints: ["lan:p2", "web1:eth0"]\n    - endpoints: ["lan:p3", "web2:eth0"]\n    - endpoints: ["lan:p4", "inner:eth0"]\n' +
        `probes:\n  - { name: page, from: inner, to: 10.0.0.100, protocol: tcp, port: 80, every: 100ms, start: ${FAULT - 3}s, stop: ${END - 1}050ms, patience: 500ms }\n` +
        `events:\n  - { at: ${FAULT}s, node: web1, do: freeze }\nuntil: 10min\n`);
      const attached = at.attach(topology, '--bind', 'lan:p1=tap:tap0', '--events', '--warm-up', `${WARM_UP}s`, '--for', `${END - WARM_UP}s`, '--json');
      await at.until('tap0 is there', 40, () => at.ip('link').includes('tap0:'));
      at.ip('addr', 'add', '10.0.0.9/24', 'dev', 'tap0');
      await at.until('the first server has the page', 20, () => at.run('curl', '-s', '-m', '1', 'http://10.0.0.100/') === page('web1'));
      // Whoever refuses, and whoever has no page, is not waited for.
      at.start('client', 'sh', '-c', 'while :; do echo "$(date +%s.%N) $(curl -s -m 0.5 http://10.0.0.100/ | md5sum)"; sleep 0.1; done');
      const sums = ['web1', 'web2'].map((name) => at.run('md5sum', at.write(`${name}.sum`, page(name))).split(' ')[0]);
      const { code, output } = await attached;
      expect(code, output).toBe(0);
      const seen = at.log('client').split('\n').filter((line) => sums.some((sum) => line.includes(sum))).map((line) => ({ time: Number(line.split(' ')[0]), who: sums.findIndex((sum) => line.includes(sum)) }));
      // First the one, then the other, and never again the first.
      const change = seen.findIndex(({ who }) => who === 1);
      expect(change).toBeGreaterThan(3);
      expect(seen.slice(change).every(({ who }) => who === 1)).toBe(true);
      expect(seen.length - change).toBeGreaterThan(10);
      const { probes: [probe] } = JSON.parse(output) as { readonly probes: readonly Probe[] };
      expect(probe.answeredBy.map((each) => each.server)).toEqual(['web1', 'web2']);
      expect(probe.outages, JSON.stringify(probe)).toHaveLength(1);
      const missed = seen[change].time - seen[change - 1].time;
      expect(Math.abs(missed - probe.outages[0].seconds), `curl ${missed} s, the probe ${probe.outages[0].seconds} s`).toBeLessThan(1.2);
      expect(at.replay()).toContain('the same bytes at the same microseconds');
    });
  });
});
