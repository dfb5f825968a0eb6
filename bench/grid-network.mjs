/**
 * The grid that the benchmarks run: size x size routers, point-to-point links, one area, hello 10 s, a loopback each.
 *
 * One description serves both sides: the emulator gets a topology file with FRR configuration, real FRR the same configuration in
 * network namespaces. A table is complete when it knows every link and every loopback.
 */

/** Routers, links (each a /30) and how many prefixes a complete table has. */
export function gridNetwork(size) {
  const routers = [];
  const links = [];
  const at = (row, column) => row * size + column;
  for (let i = 0; i < size * size; i++) {
    routers.push({ index: i, name: `r${String(i).padStart(3, '0')}`, loopback: `172.16.${i >> 8}.${i & 255}`, interfaces: [] });
  }
  const connect = (a, b) => {
    const base = links.length * 4;
    const octets = `10.${(base >> 16) & 255}.${(base >> 8) & 255}`;
    const link = { a, b, addresses: [`${octets}.${(base & 255) + 1}/30`, `${octets}.${(base & 255) + 2}/30`], names: [] };
    for (const [end, router] of [a, b].entries()) {
      const name = `eth${routers[router].interfaces.length}`;
      routers[router].interfaces.push({ name, address: link.addresses[end] });
      link.names.push(name);
    }
    links.push(link);
  };
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (column + 1 < size) connect(at(row, column), at(row, column + 1));
      if (row + 1 < size) connect(at(row, column), at(row + 1, column));
    }
  }
  return { routers, links, prefixes: links.length + routers.length };
}

/** ospfd.conf of one router. */
export function ospfdConf(router) {
  return [
    `hostname ${router.name}`,
    ...router.interfaces.flatMap(({ name }) => [`interface ${name}`, ' ip ospf network point-to-point', ' ip ospf cost 10']),
    'router ospf',
    ` ospf router-id ${router.loopback}`,
    ' network 10.0.0.0/8 area 0',
    ' network 172.16.0.0/12 area 0',
    '',
  ].join('\n');
}

/** The topology file; `folder` holds one ospfd.conf a router, named after it. */
export function topologyYaml(network, folder) {
  const lines = ['name: grid', 'topology:', '  nodes:'];
  for (const router of network.routers) {
    lines.push(`    ${router.name}:`, '      kind: frr', `      config: [${folder}/${router.name}.conf]`, '      interfaces:',
      `        lo: { address: ${router.loopback}/32 }`);
    for (const { name, address } of router.interfaces) lines.push(`        ${name}: { address: ${address} }`);
  }
  lines.push('  links:');
  for (const { a, b, names } of network.links) {
    lines.push(`    - endpoints: ["${network.routers[a].name}:${names[0]}", "${network.routers[b].name}:${names[1]}"]`);
  }
  return `${lines.join('\n')}\nuntil: 60s\n`;
}
