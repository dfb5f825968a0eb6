/**
 * Which command is answered by whom. Words are separated by any white space.
 */
import type { Micros } from '../../base/micros.js';
import type { SystemNode } from '../node.js';
import { showAddresses } from './addresses.js';
import { showBfd } from './bfd.js';
import { showArp, showNeighbors } from './neighbors.js';
import { showOspf } from './ospf.js';
import { showIpRoute, showRoute } from './routes.js';

export function showSystem(node: SystemNode, now: Micros, command: string): string | undefined {
  const { host, zebra } = node;
  const words = command.trim().split(/\s+/).join(' ');
  switch (words) {
    case 'route -n':
      return showRoute(host);
    case 'ip route':
    case 'ip route show':
    case 'ip r':
      return showIpRoute(host, zebra.behaviour);
    case 'ip neigh':
    case 'ip neigh show':
    case 'ip neighbor':
    case 'ip n':
      return showNeighbors(host);
    case 'arp -n':
      return showArp(host);
    case 'ip addr':
    case 'ip addr show':
    case 'ip address':
    case 'ip a':
      return showAddresses(host);
    default:
  }
  const bfd = /^sh(?:o|ow)? bfd (.+)$/.exec(words);
  if (bfd !== null && node.bfd !== undefined) return node.bfd.isRunning ? showBfd(node.bfd, host, now, bfd[1].split(' ')) : 'bfdd is not running\n';
  if (node.daemon === undefined || !/^sh\S* ip o/.test(words)) return undefined;
  return node.ospf === undefined ? 'ospfd is not running\n' : showOspf(node.ospf, now, words);
}
