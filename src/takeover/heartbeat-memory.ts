/** What survives the daemon, and the machine, on disk: how often it has been started and its node's uuid (/var/lib/heartbeat), and its log. */
import type { Prng } from '../base/prng.js';
import { HeartbeatLog } from './heartbeat-log.js';

export class HeartbeatMemory {
  /** 0: it has never been started. */
  generation = 0;
  uuid: Uint8Array | undefined;
  readonly log = new HeartbeatLog();

  /** One more start. The first generation of all is the time of day in the later version, 1 in the older. True: it is the first one. */
  begin(isTimeOfDay: boolean, seconds: number): boolean {
    const isFirst = this.generation === 0 && isTimeOfDay;
    this.generation = isFirst ? seconds + 1 : this.generation + 1;
    return isFirst;
  }

  /** A random one, version 4. True: there was none. */
  giveUuid(prng: Prng): boolean {
    if (this.uuid !== undefined) return false;
    this.uuid = Uint8Array.from({ length: 16 }, () => prng.integer(0, 255));
    this.uuid[6] = (this.uuid[6] & 0x0f) | 0x40;
    this.uuid[8] = (this.uuid[8] & 0x3f) | 0x80;
    return true;
  }
}
