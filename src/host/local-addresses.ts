/**
 * Which addresses are a host's own, and the connected routes that come with them, as Linux has both. Read host.ts first.
 *
 * A local address is every interface's (the weak host model), and stays one while its own interface is down; its network is reached only where that is up.
 */
import { maskOf, networkOf, prefixContains, type Ipv4 } from '../base/address.js';
import type { Fib, FibRoute } from './fib.js';
import type { NetworkInterface } from './network-interface.js';

const LOOPBACK_INDEX = 1;

export type LocalKind = 'unicast' | 'broadcast';

export class LocalAddresses {
  private readonly kinds = new Map<number, LocalKind>();
  /** What lo's addresses make local beside themselves: Linux takes the whole subnet. */
  private readonly prefixes: { readonly network: Ipv4; readonly prefixLength: number }[] = [];

  /** Of an address that an interface has, or the broadcast address of one's network. */
  kindOf(address: Ipv4): LocalKind | undefined {
    return this.kinds.get(address | 0);
  }

  /** By lo's subnets alone. */
  isInLoopbackSubnet(address: Ipv4): boolean {
    const { prefixes } = this;
    for (let i = 0; i < prefixes.length; i++) {
      if (prefixContains(prefixes[i].network, prefixes[i].prefixLength, address)) return true;
    }
    return false;
  }

  isLocal(address: Ipv4): boolean {
    return this.kinds.get(address | 0) === 'unicast' || address >>> 24 === 127 || this.isInLoopbackSubnet(address);
  }

  /** Takes the addresses as the interfaces have them. The connected routes that follow, in their order. */
  take(interfaces: readonly NetworkInterface[], isActive: (networkInterface: NetworkInterface) => boolean): readonly FibRoute[] {
    this.kinds.clear();
    this.prefixes.length = 0;
    const wanted: FibRoute[] = [];
    for (const networkInterface of interfaces) {
      for (const a of networkInterface.addresses) {
        this.kinds.set(a.address | 0, 'unicast');
        if (networkInterface.index === LOOPBACK_INDEX && a.prefixLength < 32 && a.address >>> 24 !== 127) {
          this.prefixes.push({ network: networkOf(a.address, a.prefixLength), prefixLength: a.prefixLength });
        }
        if (networkInterface.medium === 'loopback' || !isActive(networkInterface)) continue;
        if (a.peer === undefined && a.prefixLength < 31) {
          const broadcast = (a.address | ~maskOf(a.prefixLength)) >>> 0;
          if (!this.kinds.has(broadcast | 0)) this.kinds.set(broadcast | 0, 'broadcast');
        }
        const network = a.peer ?? networkOf(a.address, a.prefixLength);
        if (a.peer === undefined && a.prefixLength === 32) continue;
        // A secondary address: the network is there already, with the first one as its source.
        if (a.peer === undefined && wanted.some((r) => r.network === network && r.prefixLength === a.prefixLength && r.nextHops[0].networkInterface === networkInterface)) continue;
        wanted.push({ network, prefixLength: a.peer === undefined ? a.prefixLength : 32, protocol: 'kernel', metric: 0,
          nextHops: [{ gateway: 0, networkInterface }], preferredSource: a.address });
      }
    }
    return wanted;
  }
}

/** Makes the kernel's own routes in a table these. What is there already is not touched. */
export function replaceConnectedRoutes(fib: Fib, wanted: readonly FibRoute[]): void {
  const isSame = (a: FibRoute, b: FibRoute): boolean => a.network === b.network && a.prefixLength === b.prefixLength &&
    a.preferredSource === b.preferredSource && a.nextHops[0].networkInterface === b.nextHops[0].networkInterface;
  const present = fib.candidates('kernel');
  for (const route of present) {
    if (!wanted.some((each) => isSame(each, route))) fib.withdraw('kernel', route.network, route.prefixLength, route.nextHops[0].networkInterface);
  }
  for (const route of wanted) if (!present.some((each) => isSame(each, route))) fib.install(route);
}
