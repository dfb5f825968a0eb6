/** The state that each end of a BFD session says it is in. [5880:6.2] */
import type { Ipv4 } from '../../base/address.js';
import { BfdState, type BfdControl } from '../../wire/bfd.js';
import type { HelloWatch } from './hello-watch.js';
import type { Tell } from './finding.js';
import type { Sighting } from './sighting.js';

export class BfdWatch {
  private readonly tell: Tell;
  private readonly hellos: HelloWatch;
  private readonly states = new Map<string, number>();

  constructor(tell: Tell, hellos: HelloWatch) {
    this.tell = tell;
    this.hellos = hellos;
  }

  onControl(seen: Sighting, source: Ipv4, destination: Ipv4, control: BfdControl): void {
    const key = `${seen.place} ${source} ${destination}`;
    const from = this.states.get(key);
    const to = control.state;
    if (from === to) return;
    this.states.set(key, to);
    if (from === BfdState.up) this.hellos.onBfdDown(seen.time, source, destination);
    this.tell(seen.time, seen.place, { kind: 'bfd-state', source, destination, from, to, diagnostic: control.diagnostic });
  }
}
