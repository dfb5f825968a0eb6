/** Whole LSAs of types that no recording has: opaque ones. What is inside is printed for the Grace-LSA; a length that is no multiple of four is said. */
import { describe, expect, it } from 'vitest';
import { LsaInstance, lsaContents } from '../../src/ospf/lsdb.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { LSA_HEADER_LENGTH, LsaHeader, LsType, encodeLsaHeader } from '../../src/wire/ospf/lsa-header.js';
import { GraceLsa, GraceTlvType, RestartReason, encodeGraceLsa, graceLsaLength } from '../../src/wire/ospf/opaque/grace-lsa.js';
import { opaqueLinkStateId } from '../../src/wire/ospf/opaque/opaque-lsa.js';
import { Tlv } from '../../src/wire/ospf/opaque/tlv.js';
import { lsaJson, lsaText } from '../../src/node/show/lsa-display.js';
import { ip } from './ospf-by-hand.js';

function opaque(lsType: number, type: number, id: number, contents: Uint8Array): LsaInstance {
  const bytes = new Uint8Array(LSA_HEADER_LENGTH + contents.length);
  const header = Object.assign(new LsaHeader(), { options: 0x42, lsType, linkStateId: opaqueLinkStateId(type, id), advertisingRouter: ip('10.0.0.1'),
    sequence: 0x80000002 | 0, checksum: 0xbeef, length: bytes.length });
  encodeLsaHeader(header, new ByteWriter(bytes));
  bytes.set(contents, LSA_HEADER_LENGTH);
  return new LsaInstance(lsaContents(bytes, undefined), 0, undefined, 0, false, true);
}

const HEAD = '  LS age: 0\n  Options: 0x42 : *|O|-|-|-|-|E|-\n  LS Flags: 0x6  \n';

describe('opaque LSAs', () => {
  it('a Grace-LSA says how long, why and who', () => {
    const grace = new GraceLsa();
    grace.tlvs = [
      new Tlv(GraceTlvType.gracePeriod, { kind: 'grace-period', seconds: 120 }),
      new Tlv(GraceTlvType.restartReason, { kind: 'restart-reason', reason: RestartReason.softwareRestart }),
      new Tlv(GraceTlvType.interfaceAddress, { kind: 'interface-address', address: ip('10.0.0.9') }),
    ];
    const contents = new Uint8Array(graceLsaLength(grace));
    encodeGraceLsa(grace, new ByteWriter(contents));
    expect(lsaText(opaque(LsType.opaqueLink, 3, 0, contents), 0)).toBe(`${HEAD}  LS Type: Link-Local Opaque-LSA
  Link State ID: 3.0.0.0 (Link-Local Opaque-Type/ID)
  Advertising Router: 10.0.0.1
  LS Seq Number: 80000002
  Checksum: 0xbeef
  Length: 44

  Opaque-Type 3 (Grace-LSA)
  Opaque-ID   0x0
  Opaque-Info: 24 octets of data
  TLV info:
   Grace period:120
   Restart reason:Software restart
   Restarter address:10.0.0.9

`);
  });

  it.each([
    [4, 'Router Information LSA'], [9, 'Unassigned'], [5, 'Unknown'], [127, 'Unassigned'], [128, 'Private/Experimental'], [255, 'Private/Experimental'],
  ])('type %d is called %s', (type, name) => {
    expect(lsaText(opaque(LsType.opaqueAs, type, 0xabc, new Uint8Array(4)), 0)).toContain(`  Opaque-Type ${type} (${name})\n  Opaque-ID   0xabc\n  Opaque-Info: 4 octets of data\n\n`);
  });

  it('router information is explained where the router has some of the same scope', () => {
    const lsa = opaque(LsType.opaqueAs, 4, 0, Uint8Array.of(0, 1, 0, 4, 0x10, 0, 0, 0, 0, 7, 0, 4, 0, 0, 0, 0));
    expect(lsaText(lsa, 0, 'as')).toContain('16 octets of data\n  Router Capabilities: 0x10000000\n  Unknown TLV: [type(0x7), length(0x4)]\n\n');
    expect(lsaText(lsa, 0, 'area')).toContain('16 octets of data\n\n');
  });

  it('JSON has the octets, unless their number is wrong', () => {
    expect(lsaJson(opaque(LsType.opaqueArea, 1, 7, Uint8Array.of(0, 1, 0xfe, 0xff)), 0)).toMatchObject({
      lsaType: 'Area-Local Opaque-LSA', opaqueType: 'Traffic Engineering LSA', opaqueId: 7, opaqueDataLength: 4, opaqueDataLengthValid: true, opaqueData: '0001feff',
    });
    const odd = opaque(LsType.opaqueArea, 1, 7, Uint8Array.of(1, 2, 3));
    expect(lsaJson(odd, 0)).not.toHaveProperty('opaqueData');
    expect(lsaText(odd, 0)).toContain('3 octets of data(Invalid length?)\n');
  });
});
