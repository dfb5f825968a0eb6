/**
 * A real heartbeat 3.0.6, lnx31, and ours, lnx41, attached to the same bridge: each accepts the other and has its own resources; each takes over from the other,
 * stopped or killed, and hands back; after a partition both start anew. Who has an address a third kernel on the bridge asks by ARP, as a client would.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWithJudge, describeWithNamespaces } from '../judges/availability.js';
import { LiveLab, sleep } from './live-lab.js';
import { RecordedState } from './recorded-state.js';

const HEARTBEAT = '/usr/libexec/heartbeat/heartbeat';
const HA_CF = 'logfacility none\nkeepalive 1\ndeadtime 4\ninitdead 8\nudpport 694\nbcast eth0\nauto_failback on\nnode lnx31 lnx41\n';
const HARESOURCES = 'lnx31 IPaddr2::192.168.1.100/24/eth0\nlnx41 IPaddr2::192.168.1.101/24/eth0\n';
const AUTHKEYS = 'auth 1\n1 sha1 takeover\n';
const [REAL_ADDRESS, OUR_ADDRESS] = ['192.168.1.100', '192.168.1.101'];
const [REAL_MAC, OUR_MAC] = ['02:00:00:00:31:00', '00:20:35:04:12:34'];
const LOG = 'cat /var/log/ha-log';

type Holder = 'real' | 'ours' | 'nobody';

class Cluster {
  /** The bridge, the client and ours are here. */
  readonly lan = new LiveLab();
  readonly real = new LiveLab();
  private attached: Promise<{ code: number | null; output: string }> | undefined;

  remove(): void {
    for (const each of [this.lan, this.real]) each.remove();
  }

  async begin(events: string): Promise<void> {
    const { lan, real } = this;
    lan.ip('link', 'add', 'lan', 'type', 'bridge', 'mcast_snooping', '0', 'stp_state', '0');
    lan.ip('link', 'set', 'lan', 'up');
    lan.ip('addr', 'add', '192.168.1.254/24', 'dev', 'lan');
    lan.ip('link', 'add', 'p1', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', real.namespace);
    lan.ip('link', 'set', 'p1', 'master', 'lan', 'up');
    real.ip('link', 'set', 'eth0', 'address', REAL_MAC, 'up');
    real.ip('addr', 'add', '192.168.1.3/24', 'broadcast', '+', 'dev', 'eth0');
    this.install();
    lan.write('ha.cf', HA_CF);
    lan.write('haresources', HARESOURCES);
    lan.write('authkeys', AUTHKEYS);
    const topology = lan.write('lab.yaml', `name: pair\ntopology:\n  nodes:\n    lnx31: { kind: host, interfaces: { eth0: { address: 192.168.1.3/24 } } }\n` +
      `    lnx41: { kind: host, config: [ha.cf, haresources, authkeys], interfaces: { eth0: { address: 192.168.1.5/24, mac: "${OUR_MAC}" } } }\n` +
      `  links:\n    - endpoints: ["lnx31:eth0", "lnx41:eth0"]\n${events}until: 10min\n`);
    this.attached = lan.attach(topology, '--bind', 'lnx41:eth0=tap:p2', '--events');
    await lan.until('the TAP device is there', 40, () => lan.ip('link').includes(' p2:'));
    lan.ip('link', 'set', 'p2', 'master', 'lan');
    this.run(`exec ${HEARTBEAT}`);
  }

  /** All of the real one's processes, and what they had. */
  killReal(): void {
    this.real.killAll();
    for (const [, address] of this.real.ip('-o', '-4', 'addr', 'show', 'dev', 'eth0').matchAll(/inet (\S+\/\d+)/g)) {
      if (!address.startsWith('192.168.1.3/')) this.real.ip('addr', 'del', address, 'dev', 'eth0');
    }
  }

  startReal(): void {
    this.run(`exec ${HEARTBEAT}`);
  }

  setPassing(is: boolean): void {
    this.lan.run('bridge', 'link', 'set', 'dev', 'p2', 'state', is ? '3' : '0');
  }

  holder(address: string): Holder {
    const { lan } = this;
    lan.run('ip', 'neigh', 'flush', 'dev', 'lan');
    lan.run('ping', '-c', '1', '-W', '1', address);
    const entry = lan.ip('neigh', 'show', address);
    return entry.includes(REAL_MAC) ? 'real' : entry.includes(OUR_MAC) ? 'ours' : 'nobody';
  }

  /** Of the real one's address, and of ours. */
  async untilHolders(what: string, limitSeconds: number, ofReal: Holder, ofOurs: Holder): Promise<void> {
    await this.lan.until(what, limitSeconds, () => this.holder(REAL_ADDRESS) === ofReal && this.holder(OUR_ADDRESS) === ofOurs).catch((failure: unknown) => {
      throw new Error(`${String(failure)}\n${this.holder(REAL_ADDRESS)} ${this.holder(OUR_ADDRESS)}\n${this.realLog()}`);
    });
  }

  realLog(): string {
    return this.real.log('ha');
  }

  /** Ours stops in good order; what it had written until then. */
  async leave(): Promise<string> {
    this.lan.leave();
    const outcome = await this.attached;
    expect(outcome?.code, outcome?.output).toBe(0);
    expect(this.lan.replay()).toContain('the same bytes at the same microseconds');
    return new RecordedState(this.lan.folder).show('lnx41', LOG);
  }

  /** The real one's files; heartbeat looks for them at fixed places, which are mounted for it alone. */
  private install(): void {
    const { folder } = this.real;
    chmodSync(folder, 0o755);
    const etc = join(folder, 'ha.d');
    cpSync('/etc/ha.d', etc, { recursive: true, dereference: true });
    this.real.write('ha.d/ha.cf', `logfile ${folder}/ha.log\n${HA_CF}`);
    this.real.write('ha.d/haresources', HARESOURCES);
    chmodSync(this.real.write('ha.d/authkeys', AUTHKEYS), 0o600);
    spawnSync('cp', ['-a', '/var/lib/heartbeat', join(folder, 'lib')]);
    chmodSync(join(folder, 'lib'), 0o755);
    mkdirSync(join(folder, 'run', 'heartbeat'), { recursive: true });
    spawnSync('chown', ['hacluster:haclient', join(folder, 'run', 'heartbeat')]);
  }

  private run(command: string): void {
    const { folder } = this.real;
    this.real.start('heartbeat', 'unshare', '--mount', '--uts', 'sh', '-c',
      `hostname lnx31; mount --bind ${folder}/ha.d /etc/ha.d && mount --bind ${folder}/lib /var/lib/heartbeat && mount --bind ${folder}/run /run && ${command}`);
  }
}

const describeWithHeartbeat = existsSync(HEARTBEAT) ? describeWithNamespaces : (name: string, body: () => void): void => { describeWithJudge(HEARTBEAT, name, body); };

describeWithHeartbeat('a real heartbeat and ours', () => {
  describe('on one bridge', () => {
    it.concurrent('each takes over from the other and hands back', { timeout: 180_000 }, async ({ onTestFinished }) => {
      const cluster = new Cluster();
      onTestFinished(() => cluster.remove());
      await cluster.begin('events:\n  - { at: 25s, node: lnx41, do: stop heartbeat }\n  - { at: 32s, node: lnx41, do: launch heartbeat }\n');
      await cluster.untilHolders('each has its own', 24, 'real', 'ours');
      expect(cluster.realLog()).toContain('Status update for node lnx41: status active');
      expect(cluster.realLog()).not.toMatch(/lost packet|Both machines own|ERROR(?!: Cannot lock)|CRIT/);
      await cluster.untilHolders('ours has stopped, the real one has both', 25, 'real', 'real');
      expect(cluster.realLog()).toContain("Received shutdown notice from 'lnx41'");
      await cluster.untilHolders('ours runs again and has its own', 35, 'real', 'ours');
      expect(cluster.realLog()).toContain('Heartbeat restart on node lnx41');
      expect(cluster.realLog()).toContain('standby: lnx41 can take our foreign resources');
      await sleep(3);
      cluster.killReal();
      await cluster.untilHolders('the real one is dead, ours has both', 12, 'ours', 'ours');
      await sleep(2);
      cluster.startReal();
      await cluster.untilHolders('the real one has its own again', 30, 'real', 'ours');
      expect(cluster.realLog()).toContain('lnx41 wants to go standby [foreign]');
      expect(cluster.realLog()).toContain('standby: acquire [foreign] resources from lnx41');
      const log = await cluster.leave();
      expect(log).toMatch(/node lnx31: is dead/);
      await cluster.untilHolders('ours has left, the real one has both', 12, 'real', 'real');
    });

    it.concurrent('after a partition both start anew, and each has its own again', { timeout: 180_000 }, async ({ onTestFinished }) => {
      const cluster = new Cluster();
      onTestFinished(() => cluster.remove());
      await cluster.begin('');
      await cluster.untilHolders('each has its own', 40, 'real', 'ours');
      await sleep(4);
      cluster.setPassing(false);
      await cluster.untilHolders('the real one has both, as far as it can see', 15, 'real', 'real');
      await sleep(3);
      cluster.setPassing(true);
      await cluster.lan.until('the real one sees it', 10, () => cluster.realLog().includes('Cluster node lnx41 returning after partition'));
      await cluster.untilHolders('nobody has anything', 15, 'nobody', 'nobody');
      await cluster.untilHolders('each has its own', 50, 'real', 'ours');
      const log = await cluster.leave();
      expect(log).toContain('Cluster node lnx31 returning after partition');
    });
  });
});
