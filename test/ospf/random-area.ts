/**
 * One area of a random link state database, around a router whose interfaces and neighbours are made by hand: parallel links, LANs, links in one
 * direction only, two network-LSAs for one address, LSAs at MaxAge, costs of zero, unknown link types, stubs that several advertise, leaves; and
 * random changes of all that. The same seed gives the same.
 */
import { SECOND, type Micros } from '../../src/base/micros.js';
import type { Prng } from '../../src/base/prng.js';
import type { Area } from '../../src/ospf/area.js';
import type { LsaInstance } from '../../src/ospf/lsdb.js';
import type { OspfProcess } from '../../src/ospf/process.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import type { AsExternalLsa } from '../../src/wire/ospf/as-external-lsa.js';
import type { NetworkLsa } from '../../src/wire/ospf/network-lsa.js';
import type { RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import type { SummaryLsa } from '../../src/wire/ospf/summary-lsa.js';
import { areaByHand, interfaceByHand, lsaByHand, neighborByHand, networkLsa, routerLsa, summaryLsa } from '../node/ospf-by-hand.js';

type LinkRow = readonly [linkType: number, linkId: string, linkData: string, metric: number];

export class RandomArea {
  readonly area: Area;
  now: Micros = 10_000 * SECOND;
  private readonly prng: Prng;
  readonly routers: string[];
  private readonly lans: string[];
  /** Routers that hang on one other. */
  readonly leaves: string[];
  private sequence = 1;
  private readonly hasSummaries: boolean;

  constructor(process: OspfProcess, id: string, prng: Prng, size: number, hasSummaries: boolean) {
    this.prng = prng;
    this.hasSummaries = hasSummaries;
    this.area = areaByHand(process, id);
    this.routers = Array.from({ length: size }, (_, i) => (i === 0 ? '0.0.0.1' : `${id.at(-1)}.${prng.integer(0, 3)}.${i >> 8}.${i & 255}`));
    this.lans = Array.from({ length: Math.ceil(size / 6) }, (_, i) => `10.${id.at(-1)}.${i}.${prng.integer(1, 3)}`);
    this.leaves = Array.from({ length: Math.ceil(size / 4) }, (_, i) => `${id.at(-1)}.9.0.${prng.integer(0, 200) + i}`);
    // Three interfaces with neighbours on them: two on point-to-point links that are parallel, one on a LAN.
    for (let index = 0; index < 4; index++) {
      const owner = interfaceByHand(this.area, this.now, {
        name: `eth${id.at(-1)}${index}`, index: 10 * Number(id.at(-1)) + index, address: `172.16.${id.at(-1)}${index}.1`, prefixLength: 24,
        networkType: index < 3 ? 'point-to-point' : 'broadcast', state: index < 3 ? 'Point-To-Point' : 'DROther', cost: 10,
      });
      if (index < 3) neighborByHand(owner, this.now, this.routers[Math.max(1, index) % size], `172.16.${prng.integer(0, 2)}.2`, SECOND, SECOND);
      owner.firstLink = 2 * index;
      owner.endLink = index === 3 && this.chance(80) ? 20 : 2 * index + 2; // now and then a stub of ours belongs to nobody
    }
    for (const router of this.routers) this.putRouter(router);
    for (const lan of this.lans) this.putNetwork(lan);
    for (const leaf of this.leaves) if (this.chance(70)) this.putLeaf(leaf);
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.prng.integer(0, list.length - 1)];
  }

  private chance(percent: number): boolean {
    return this.prng.integer(1, 100) <= percent;
  }

  private age(): number {
    return this.chance(6) ? 3600 : this.chance(6) ? 3598 : this.prng.integer(0, 3000);
  }

  private stub(): LinkRow {
    const host = this.chance(30);
    const prefix = host ? `172.16.${this.pick(['1', '2'])}${this.prng.integer(0, 3)}.1` : `20.${this.prng.integer(0, 40)}.0.0`;
    return [3, prefix, host ? '255.255.255.255' : '255.255.0.0', this.prng.integer(0, 4)];
  }

  private near(router: string): string {
    const at = Math.max(0, this.routers.indexOf(router));
    return this.chance(80) ? this.routers[(at + this.prng.integer(-3, 3) + this.routers.length) % this.routers.length] : this.pick(this.routers);
  }

  private metric(): number {
    return this.chance(60) ? 1 : this.chance(10) ? 0 : this.chance(3) ? 65535 : this.prng.integer(1, 4);
  }

  private putRouter(router: string): void {
    const links: LinkRow[] = [];
    if (router === this.routers[0]) {
      const [a, b] = [this.routers[1 % this.routers.length], this.routers[2 % this.routers.length]];
      links.push([1, a, '172.16.0.1', this.metric()], [3, '172.16.10.0', '255.255.255.0', 2], [1, a, '172.16.1.1', this.metric()], this.stub(),
        [1, b, '172.16.2.1', this.metric()], this.stub(), [2, this.pick(this.lans), '172.16.3.1', this.metric()], this.stub(), this.stub());
    } else {
      const at = this.routers.indexOf(router);
      for (const other of [this.routers[at - 1], this.routers[(at + 1) % this.routers.length], ...Array.from({ length: this.prng.integer(0, 3) }, () => this.near(router))]) {
        const type = this.chance(3) ? 4 : this.chance(2) ? 9 : 1;
        if (this.chance(85)) links.push([type, other, `10.99.0.${this.prng.integer(1, 254)}`, this.metric()]);
      }
      for (let i = this.prng.integer(0, 2); i > 0; i--) links.push([2, this.pick(this.lans), `10.98.0.${this.prng.integer(1, 4)}`, this.metric()]);
      for (let i = this.prng.integer(0, 3); i > 0; i--) links.splice(this.prng.integer(0, links.length), 0, this.stub());
    }
    this.put(LsType.router, router, router, routerLsa((this.chance(20) ? this.prng.integer(0, 3) : 0) | (this.chance(1) ? 4 : 0), ...links));
  }

  /** Only the stub links of a router are others. */
  changeStubs(router = this.pick(this.routers.slice(1))): void {
    const id = lookUp(router);
    const lsa = this.area.lsdb.find(LsType.router, id, id);
    if (lsa === undefined) return;
    const old = lsa.body as RouterLsa;
    const body = routerLsa(old.flags, this.stub(), this.stub());
    body.links.push(...old.links.filter((link) => link.type !== 3));
    this.put(LsType.router, router, router, body);
  }

  /** Takes the links between a leaf and its router, or network, away and perhaps makes others. */
  private putLeaf(leaf: string): void {
    const id = lookUp(leaf);
    for (const lsa of [...this.area.lsdb.ofType(LsType.router)]) {
      const body = lsa.body as RouterLsa;
      if (lsa.isSelfOriginated || lsa.header.linkStateId === id || !body.links.some((link) => link.linkId === id)) continue;
      this.putAgain(lsa, Object.assign(routerLsa(body.flags), { links: body.links.filter((link) => link.linkId !== id) }));
    }
    for (const lsa of [...this.area.lsdb.ofType(LsType.network)]) {
      const body = lsa.body as NetworkLsa;
      if (body.attachedRouters.includes(id)) this.putAgain(lsa, Object.assign(networkLsa(24), { networkMask: body.networkMask, attachedRouters: body.attachedRouters.filter((each) => each !== id) }));
    }
    const links: LinkRow[] = Array.from({ length: this.prng.integer(0, 3) }, () => this.stub());
    const networks = this.area.lsdb.ofType(LsType.network);
    if (networks.length > 0 && this.chance(30)) {
      const network = this.pick(networks);
      const body = network.body as NetworkLsa;
      links.push([2, textOf(network.header.linkStateId), `10.98.1.${this.prng.integer(1, 250)}`, 1]);
      this.putAgain(network, Object.assign(networkLsa(24), { networkMask: body.networkMask, attachedRouters: [...body.attachedRouters, id] }));
    } else if (this.chance(85)) {
      const router = this.pick(this.routers.slice(1));
      const lsa = this.area.lsdb.find(LsType.router, lookUp(router), lookUp(router));
      if (lsa !== undefined) {
        const body = routerLsa((lsa.body as RouterLsa).flags);
        body.links.push(...(lsa.body as RouterLsa).links);
        for (let i = this.chance(15) ? 2 : 1; i > 0; i--) {
          body.links.splice(this.prng.integer(0, body.links.length), 0, ...routerLsa(0, [1, leaf, '10.97.0.1', this.metric()]).links);
          links.push([1, router, '10.97.0.2', this.metric()]);
        }
        this.putAgain(lsa, body);
      }
    }
    this.put(LsType.router, leaf, leaf, routerLsa(this.chance(20) ? this.prng.integer(0, 3) : 0, ...links));
  }

  /** A leaf goes, its LSA with it or later, or what it says of itself is something else, or the way to it costs something else. */
  changeLeaf(): void {
    const leaf = this.pick(this.leaves);
    const id = lookUp(leaf);
    const lsa = this.area.lsdb.find(LsType.router, id, id);
    const kind = this.prng.integer(1, 6);
    if (kind === 1 && lsa !== undefined) this.area.lsdb.delete(lsa.header);
    else if (kind === 2 && lsa !== undefined) lsa.setMaxAge(this.now);
    else if (kind === 3 && lsa !== undefined) this.putAgain(lsa, Object.assign(routerLsa(this.prng.integer(0, 3)), { links: (lsa.body as RouterLsa).links }));
    else if (kind === 4) {
      const above = this.area.lsdb.ofType(LsType.router).find((each) => !each.isSelfOriginated && each.header.linkStateId !== id && (each.body as RouterLsa).links.some((link) => link.linkId === id));
      if (above === undefined) return;
      const { flags, links } = above.body as RouterLsa;
      this.putAgain(above, Object.assign(routerLsa(flags), { links: links.map((link) => (link.linkId === id ? { ...link, metric: this.metric() } : link)) }));
    } else this.putLeaf(leaf);
  }

  private putAgain({ header }: LsaInstance, body: RouterLsa | NetworkLsa): void {
    lsaByHand(this.area, this.now, header.lsType, textOf(header.linkStateId), textOf(header.advertisingRouter), 1, this.sequence++, body, false);
  }

  private putNetwork(lan: string): void {
    const attached = Array.from({ length: this.prng.integer(1, 6) }, () => this.near(this.routers[0]));
    for (const router of this.routers) {
      const body = this.area.lsdb.find(LsType.router, lookUp(router), lookUp(router))?.body as RouterLsa | undefined;
      if (body?.links.some((link) => link.type === 2 && link.linkId === lookUp(lan)) && this.chance(90)) attached.push(router);
    }
    this.put(LsType.network, lan, this.chance(85) ? '9.9.9.9' : this.pick(this.routers), networkLsa(this.pick([24, 24, 24, 16]), ...attached));
  }

  put(lsType: number, id: string, router: string, body: RouterLsa | NetworkLsa | SummaryLsa | AsExternalLsa): void {
    const lsa = lsaByHand(this.area, this.now, lsType, id, router, this.age(), this.sequence++, body, router === this.routers[0]);
    if (lsType === LsType.router && router === this.routers[0]) this.area.routerLsa = lsa;
  }

  private putSummary(): void {
    const isNetwork = this.chance(70);
    const router = this.pick(this.routers.slice(1));
    this.put(isNetwork ? LsType.summaryNetwork : LsType.summaryAsbr, isNetwork ? `20.${this.prng.integer(0, 60)}.0.0` : this.pick(this.routers), router,
      summaryLsa(isNetwork ? 16 : 0, this.prng.integer(1, 9)));
  }

  change(isStubsAlone: boolean): void {
    const kind = isStubsAlone ? this.prng.integer(3, 4) : this.prng.integer(1, 8);
    if (this.chance(isStubsAlone ? 50 : 20)) return this.changeLeaf();
    if (this.hasSummaries && this.chance(50)) this.putSummary();
    else if (kind <= 2) this.putRouter(this.pick(this.routers));
    else if (kind <= 4) this.changeStubs();
    else if (kind === 5) this.putNetwork(this.pick(this.lans));
    else if (kind === 6) this.now += this.prng.integer(1, 3) * SECOND; // some reach MaxAge by that alone
    else {
      const lsa = this.pick(this.area.lsdb.all());
      if (lsa === this.area.routerLsa) return;
      if (kind === 7) lsa.setMaxAge(this.now);
      else this.area.lsdb.delete(lsa.header);
    }
  }

  /** An LSA comes that says what the last one said, younger as a rule, or older, or at MaxAge. */
  refresh(lsa = this.pick(this.area.lsdb.all().filter(({ header }) => header.lsType <= LsType.network)), ageSeconds = this.age()): void {
    const { lsType, linkStateId, advertisingRouter } = lsa.header;
    const again = lsaByHand(this.area, this.now, lsType, textOf(linkStateId), textOf(advertisingRouter), ageSeconds, this.sequence++, lsa.body as RouterLsa | NetworkLsa, lsa.isSelfOriginated);
    if (lsa === this.area.routerLsa) this.area.routerLsa = again;
  }

  /** A neighbour comes or goes; no LSA says so yet. */
  changeNeighbor(): void {
    const owner = this.pick(this.area.interfaces.slice(0, 3));
    if (owner.neighbors.length > 0) owner.neighbors.pop();
    else neighborByHand(owner, this.now, this.routers[1], `172.16.${this.prng.integer(0, 2)}.2`, SECOND, SECOND);
  }
}

export function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

export function lookUp(address: string): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}
