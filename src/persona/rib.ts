/**
 * How the routing manager (zebra) of one suite differs from another's, as data.
 */
export interface RibBehaviour {
  /** For messages: `frr-8.4.4`. */
  readonly name: string;
  /** Loss of carrier counts as the interface being down. If not, only its administrative state does. */
  readonly hasLinkDetection: boolean;
  /** When a routing daemon's connection breaks, its routes stay in the kernel. */
  readonly isRouteKeptWithoutDaemon: boolean;
  /** What `ip route` calls routes that came from OSPF, and static ones. */
  readonly ospfProtocolName: string;
  readonly staticProtocolName: string;
  /** Metric of static routes in the kernel's table. */
  readonly staticKernelMetric: number;
  /** What the daemon puts into the kernel stands beside routes of the kernel's own to the same prefix. */
  readonly isBesideKernel: boolean;
  /** A next hop must lie on a network of its interface, unless that is unnumbered, and no route leads through itself. */
  readonly isNextHopChecked: boolean;
  /** A daemon that has lost zebra and connects again does not say again what it has said: its routes stay away until they change. One that is told to end empties the kernel's
   * table of its routes. */
  readonly isReconnectionSilent?: boolean;
  /** A static route's gateway may itself be reached by another route than a connected one, but for a default route. */
  readonly isStaticRecursive: boolean;
  /** Whether a route without a gateway has the scope of its link, as `ip route add` gives it. */
  readonly isInterfaceRouteLinkScope: boolean;
  /** `ip route` says `onlink` where the next hop is a peer address, or its interface has a host address. */
  readonly isPeerOnlink: boolean;
  /** The kernel is given next hop groups in the place of next hops. (node/next-hop-groups.ts) */
  readonly hasNextHopGroups?: boolean;
}

/** zebra 0.9x looks at IFF_UP alone, and closes a lost client without touching the RIB. Read in 0.93. */
export const ZEBRA_RIB: RibBehaviour = {
  name: 'zebra-0.92a',
  hasLinkDetection: false,
  isRouteKeptWithoutDaemon: true,
  ospfProtocolName: 'zebra',
  staticProtocolName: 'zebra',
  staticKernelMetric: 0,
  isNextHopChecked: false,
  isInterfaceRouteLinkScope: false,
  isStaticRecursive: false,
  isBesideKernel: false,
  isPeerOnlink: false,
};

/** link-detect is on by default; zebra removes the routes of a client that has gone ("N ospf routes removed from the rib"). */
export const FRR_RIB: RibBehaviour = {
  name: 'frr-8.4.4',
  hasLinkDetection: true,
  isRouteKeptWithoutDaemon: false,
  ospfProtocolName: 'ospf',
  staticProtocolName: 'static',
  staticKernelMetric: 20, // topologies/conformance/externals
  isNextHopChecked: true, // topologies/conformance: point-to-multipoint, parameters-by-address
  isReconnectionSilent: true, // topologies/conformance/zebra-restart
  isInterfaceRouteLinkScope: false,
  isStaticRecursive: true, // topologies/conformance/static-routes
  isBesideKernel: false,
  isPeerOnlink: true,
  hasNextHopGroups: true, // topologies/conformance/ecmp-flap, ecmp-flaps, static-groups
};

/** The stack of z/VM itself, which MPROUTE tells its routes. A lost port is an event of the device; the daemon's routes go with it (our model). */
export const ZVM_RIB: RibBehaviour = {
  name: 'zvm',
  hasLinkDetection: true,
  isRouteKeptWithoutDaemon: true,
  ospfProtocolName: 'mproute',
  staticProtocolName: 'static',
  staticKernelMetric: 0,
  isNextHopChecked: false,
  isInterfaceRouteLinkScope: false,
  isStaticRecursive: false,
  isBesideKernel: false,
  isPeerOnlink: false,
};

/** BIRD is its own routing manager; a link without carrier is the business of each of its protocols. Measured: topologies/conformance/bird-*. */
export const BIRD_RIB: RibBehaviour = {
  name: 'bird-2.0.12',
  hasLinkDetection: true,
  isRouteKeptWithoutDaemon: true, // killed; a BIRD that is told to stop takes its routes out
  ospfProtocolName: 'bird',
  staticProtocolName: 'boot',
  staticKernelMetric: 0,
  isBesideKernel: true,
  isInterfaceRouteLinkScope: true,
  isStaticRecursive: false,
  isNextHopChecked: false,
  isPeerOnlink: false,
};

/** No routing suite: static routes were put in by hand. */
export const NO_RIB: RibBehaviour = {
  name: 'host',
  hasLinkDetection: false,
  isRouteKeptWithoutDaemon: true,
  ospfProtocolName: 'ospf',
  staticProtocolName: 'boot',
  staticKernelMetric: 0,
  isNextHopChecked: false,
  isInterfaceRouteLinkScope: true,
  isStaticRecursive: false,
  isBesideKernel: false,
  isPeerOnlink: false,
};
