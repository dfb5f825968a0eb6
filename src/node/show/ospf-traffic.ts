/**
 * `show ip ospf interface traffic [IFNAME] [json]` as FRR 8.4.4 prints it: packets by type, in and out.
 *
 * Read appendix A.3.1 of RFC 2328 first. Written from recordings. What has come is counted when its header has been found good, what goes when
 * it is written. FRR 8.4.4 crashes when it is asked for one device with several addresses; here they are listed.
 */
import type { OspfInterface } from '../../ospf/interface.js';
import type { OspfProcess } from '../../ospf/process.js';
import { PacketType } from '../../wire/ospf/packet.js';
import { shownDevices } from './ospf-interface.js';
import { formatJson, type JsonValue } from './ospf-format.js';

/** FRR's order and keys, and how many places a number in has. */
const COLUMNS = [
  { type: PacketType.hello, key: 'hello', width: 8 },
  { type: PacketType.databaseDescription, key: 'dbDesc', width: 7 },
  { type: PacketType.linkStateRequest, key: 'lsReq', width: 7 },
  { type: PacketType.linkStateUpdate, key: 'lsUpd', width: 7 },
  { type: PacketType.linkStateAcknowledgment, key: 'lsAck', width: 7 },
] as const;

const HEAD =
  '\nInterface       HELLO            DB-Desc         LS-Req           LS-Update        LS-Ack            Packets      \n' +
  '                Rx/Tx            Rx/Tx            Rx/Tx            Rx/Tx            Rx/Tx            Queued       \n' +
  `${'-'.repeat(109)}\n`;

/** Nothing waits: packets leave before the step ends. */
const QUEUED = 0;

export function showTraffic(process: OspfProcess, name?: string): string {
  let text = HEAD;
  for (const { system, owners } of shownDevices(process, name)) {
    // FRR ends here, without the empty line.
    if (owners.length === 0) return `${text}  OSPF not enabled on this interface ${system.name}\n`;
    for (const owner of owners) text += row(owner);
  }
  return `${text}\n`;
}

function row(owner: OspfInterface): string {
  const counts = COLUMNS.map(({ type, width }) => `${String(owner.packetsReceived[type]).padStart(width)}/${String(owner.packetsSent[type]).padEnd(width)}`);
  return `${owner.name.padEnd(10)} ${counts.join(' ')} ${String(QUEUED).padStart(12)}\n`;
}

export function showTrafficJson(process: OspfProcess, name?: string): string {
  const all: Record<string, JsonValue> = {};
  let text = '';
  for (const { system, owners } of shownDevices(process, name)) {
    if (owners.length === 0) text += `  OSPF not enabled on this interface ${system.name}\n`;
    for (const owner of owners) {
      const one: Record<string, JsonValue> = { ifIndex: system.index };
      for (const { type, key } of COLUMNS) {
        one[`${key}In`] = owner.packetsReceived[type];
        one[`${key}Out`] = owner.packetsSent[type];
      }
      all[system.name] = { ...one, packetsQueued: QUEUED };
    }
  }
  return `${text}${formatJson(all, 'pretty-plain')}\n`;
}
