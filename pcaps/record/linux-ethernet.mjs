/**
 * What else comes on an Ethernet: 802.3 frames with LLC, spanning tree. (No 802.1Q: the kernel at hand can put on no tags, neither by a
 * VLAN device nor by a bridge that filters.)
 */
import { record, sleep } from './lab.mjs';

/** h1 - left == right - h2: two bridges in namespaces of their own, with a trunk between them; the capture is on the trunk. */
async function trunk(lab, file, about, settings) {
  const [h1, left, right, h2] = ['h1', 'left', 'right', 'h2'].map((name) => lab.node(name));
  lab.wire([h1, 'eth0', '10.6.0.1/24'], [left, 'port', '10.255.0.1/32']);
  lab.wire([left, 'trunk', '10.255.0.2/32'], [right, 'trunk', '10.255.0.3/32']);
  lab.wire([right, 'port', '10.255.0.4/32'], [h2, 'eth0', '10.6.0.2/24']);
  for (const bridge of [left, right]) {
    bridge.ip('addr', 'flush', 'dev', 'trunk');
    bridge.ip('addr', 'flush', 'dev', 'port');
    bridge.ip('link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0', ...settings);
    bridge.ip('link', 'set', 'br0', 'address', `02:00:00:00:ff:0${bridge.number}`);
    for (const port of ['port', 'trunk']) bridge.ip('link', 'set', port, 'master', 'br0');
    bridge.up('br0');
  }
  await lab.capture(file, [left, 'trunk'], about);
  lab.up();
  return { h1, h2, left, right };
}

await record(async (lab) => {
  const { h1, right } = await trunk(lab, 'ethernet-802.3-llc.pcap', {
    shows: 'Spanning tree between two Linux bridges: configuration BPDUs in 802.3 frames with LLC, a topology change; then pings, when the ports forward',
    software: ['linux', 'iputils'],
    notes: 'forward delay 4 s, hello 1 s',
  }, ['stp_state', '1', 'forward_delay', '400', 'hello_time', '100', 'max_age', '600']);
  await sleep(10);
  h1.run('ping', '-c', '2', '-i', '0.3', '10.6.0.2');
  right.down('port');
  await sleep(3);
  right.up('port');
  await sleep(11);
  h1.run('ping', '-c', '1', '10.6.0.2');
});
