/**
 * The network types, and what follows from each. (RFC 2328, section 1.2) [2328:9]
 *
 * Nearly every difference between them comes from four questions, answered here once. FRR 8.4.4 has no statement for
 * `point-to-multipoint-non-broadcast`; a configuration built as data may ask for it.
 */
import type { OspfNetworkType } from './configuration.js';

export interface NetworkTypeTraits {
  /** A Designated Router is elected, and a network-LSA stands for the network. If not, every neighbour becomes adjacent. [2328:10.4] */
  readonly isElecting: boolean;
  /** Nothing can be sent to a group: each neighbour gets packets of its own. [2328:8.1] */
  readonly isUnicast: boolean;
  /** The neighbours must be configured: nobody is there to find them. [2328:9.5.1] */
  readonly hasConfiguredNeighbors: boolean;
  /** A neighbour is known by its router id, elsewhere by its address. [2328:10.5] */
  readonly isNeighborKnownById: boolean;
  readonly isPointToMultipoint: boolean;
}

function traits(...what: readonly (keyof NetworkTypeTraits)[]): NetworkTypeTraits {
  return {
    isElecting: what.includes('isElecting'), isUnicast: what.includes('isUnicast'), hasConfiguredNeighbors: what.includes('hasConfiguredNeighbors'),
    isNeighborKnownById: what.includes('isNeighborKnownById'), isPointToMultipoint: what.includes('isPointToMultipoint'),
  };
}

export const NETWORK_TYPES: Readonly<Record<OspfNetworkType, NetworkTypeTraits>> = {
  broadcast: traits('isElecting'),
  'non-broadcast': traits('isElecting', 'isUnicast', 'hasConfiguredNeighbors'),
  'point-to-point': traits('isNeighborKnownById'),
  'point-to-multipoint': traits('isPointToMultipoint'),
  'point-to-multipoint-non-broadcast': traits('isPointToMultipoint', 'isUnicast', 'hasConfiguredNeighbors'),
  'virtual-link': traits('isUnicast', 'isNeighborKnownById'),
  loopback: traits(),
};
