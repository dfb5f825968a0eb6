/**
 * Asks the real BIRD 2.0.12 (`bird -p`) about each of the snippets below, and keeps what it said: test/conformance/language/bird.json.
 *
 *   npm run record:language
 *
 * Needs BIRD, and neither root nor a network. A snippet stands in a frame that makes a whole file of it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIRD = '/usr/sbin/bird';
const OUT = fileURLToPath(new URL('../language/bird.json', import.meta.url));

/** `%` is where the snippet goes. */
const FRAMES = {
  file: '%',
  top: '%\nprotocol device { }\n',
  ospf: 'protocol ospf v2 {\n%\narea 0 { };\n}\n',
  area: 'protocol ospf v2 {\narea 1 {\n%\n};\n}\n',
  backbone: 'protocol ospf v2 {\narea 0 {\n%\n};\n}\n',
  interface: 'protocol ospf v2 {\narea 0 {\ninterface "eth0" {\n%\n};\n};\n}\n',
  channel: 'protocol ospf v2 {\nipv4 {\n%\n};\narea 0 { };\n}\n',
  static: 'define TEN = 10;\ndefine NET10 = 10.0.0.0/8;\nprotocol static {\nipv4;\n%\n}\n',
  kernel: 'protocol kernel {\nipv4;\n%\n}\n',
  bareKernel: 'protocol kernel {\n%\n}\n',
  bareDirect: 'protocol direct {\n%\n}\n',
  bareStatic: 'protocol static {\n%\n}\n',
  direct: 'protocol direct {\nipv4;\n%\n}\n',
  device: 'protocol device {\n%\n}\n',
  bfd: 'protocol bfd {\n%\n}\n',
  bfdInterface: 'protocol bfd {\ninterface "eth0" {\n%\n};\n}\n',
  filter: 'define TEN = 10;\ndefine NET10 = 10.0.0.0/8;\nfunction twice(int x) { return x + x; }\nfilter one {\n%\n}\nprotocol device { }\n',
};

const SNIPPETS = {
  file: ['', '# nothing', 'protocol device { }', 'protocol device { };', 'protocol device', 'protocol device {', 'protocol { }', 'protocol foo { }', 'protocol ospf { }',
    'protocol ospf v2 { area 0 { }; }', 'protocol ospf { area 0; }', 'protocol ospf v2 core { area 0 { }; }', 'protocol ospf v2 area { area 0 { }; }',
    'protocol ospf v3 { area 0 { }; }', 'protocol ospf v4 { area 0 { }; }', 'protocol bgp { local 10.0.0.1 as 1; neighbor 10.0.0.2 as 2; }',
    'protocol rip { ipv4; interface "eth0"; }', 'protocol device d1 { } protocol device d1 { }', 'protocol device { } protocol device { }',
    'protocol kernel { ipv4; } protocol kernel { ipv4; }', 'protocol kernel { ipv4; } protocol kernel { ipv6; }', 'protocol static { }', 'protocol static { ipv4; }',
    'protocol device { } /* open', '/* a /* b */ */ protocol device { }', 'protocol device { } ;;;', 'protocol device { }; }', "protocol device 'my-device' { }",
    'protocol device "d" { }', 'template ospf v2 t { area 0 { }; } protocol device { }', 'template device t { } protocol device d from t { }',
    'template ospf v2 t { tick 2; area 0 { }; } protocol ospf v2 from t { }', 'protocol device d from nobody { }', '\u00e4', 'protocol device { } @'],
  top: ['router id 10.0.0.1;', 'router id 1;', 'router id;', 'router id 10.0.0.1', 'router id "x";', 'router id from "eth*";', 'router id from 10.0.0.0/8, -"lo";', 'router foo;',
    'router id 10.0.0;', 'router id 300.0.0.1;', 'router id 4294967296;', 'define A = 5;', 'define A = 5; define A = 6;', 'define A = 5', 'define area = 5;', 'define A 5;',
    'define A = 10.0.0.0/8;', 'define A = 10.0.0.1/8;', 'define A = "text";', 'define A = "open;', 'define A = 1 + 2 * 3;', 'define A = B;', 'define A = [ 1, 2..5 ];',
    'define A = [ 10.0.0.0/8+ ];', 'define A = 0x10;', 'define A = yes;', 'define A = true;', 'define A = 10.0.0.1;', 'log syslog all;', 'log stderr { error, fatal };', 'log "/tmp/x" all;',
    'log all;', 'log syslog;', 'log syslog { everything };', 'log syslog name "b" all;', 'debug protocols all;', 'debug protocols { states, routes };', 'debug protocols { nothing };',
    'debug protocols off;', 'debug latency on;', 'debug commands 2;', 'timeformat route iso long;', 'timeformat route "%T";', 'timeformat foo iso long;', 'timeformat log iso short ms;',
    'timeformat base iso;', 'timeformat protocol "%T" 3600 "%D";', 'watchdog warning 5 s;', 'watchdog timeout 5000 ms;', 'watchdog warning 5;', 'hostname "r1";', 'hostname r1;',
    'graceful restart wait 60;', 'ipv4 table t;', 'ipv4 table master4;', 'ipv4 table table;', 'ipv6 table t6;', 'ipv4 table t { sorted; };', 'mrtdump protocols all;', 'eval 1 + 1;',
    'filter f { accept; }', 'filter f { accept }', 'filter f accept;', 'filter f { }', 'filter f { accept; } filter f { reject; }', 'filter { accept; }', 'filter filter { accept; }',
    'filter out { accept; }', 'filter f int x; { x = 1; accept; }', 'function g() { return 1; }', 'function g(int a; prefix b) { return a; }', 'function g { return 1; }',
    'function g(int a, int b) { return a; }', 'function g() int x; { x = 1; return x; }', 'include "nowhere.conf";', 'foo;', 'attribute int x;', 'ospf;', 'protocols;'],
  ospf: ['rfc1583compat;', 'rfc1583compat yes;', 'rfc1583compat no;', 'rfc1583compat on;', 'rfc1583compat 0;', 'rfc1583compat maybe;', 'rfc1583compat yes', 'rfc1583 yes;', 'stub router;',
    'stub router no;', 'tick 1;', 'tick 0;', 'tick;', 'tick 5;', 'tick (2 + 3);', 'ecmp;', 'ecmp yes;', 'ecmp no;', 'ecmp yes limit 4;', 'ecmp limit 4;', 'ecmp 4;', 'merge external;',
    'merge external no;', 'merge;', 'instance id 0;', 'instance id 5;', 'instance id 256;', 'graceful restart;', 'graceful restart aware;', 'graceful restart time 60;',
    'graceful restart time 0;', 'graceful restart no;', 'router id 10.0.0.1;', 'debug all;', 'debug { packets };', 'description "x";', 'description x;', 'disabled;', 'disabled no;', 'vrf "v";',
    'vrf default;', 'vpn pe no;', 'rfc5838 yes;', 'ipv4;', 'ipv4 { };', 'ipv6;', 'ipv4 { import all; export none; }', 'import all;', 'export all;', 'interface "eth0";', 'hello 5;', ';', ';;',
    'area 0 { };', 'area 0.0.0.1 { };', 'area 1', 'area { };', 'area x { };', 'area 0 { stub; };', 'area 1 { stub };', 'area 1 { stub; nssa; };'],
  area: ['stub;', 'stub yes;', 'stub no;', 'stub cost 5;', 'stub; summary;', 'summary;', 'summary no;', 'stub; summary no;', 'default cost 5;', 'default cost 0;', 'default cost 16777215;',
    'default cost 16777214;', 'default cost2 5;', 'default;', 'nssa;', 'nssa; default nssa;', 'nssa; summary; default nssa;', 'nssa; summary; default nssa; default cost2 7;',
    'translator;', 'translator stability 10;', 'networks { };', 'networks { 10.0.0.0/8; };', 'networks { 10.0.0.0/8 hidden; 10.1.0.0/16; };', 'networks { 10.0.0.1/8; };',
    'networks { 10.0.0.0/8 };', 'networks { 10.0.0.0/33; };', 'networks { 10.0.0.0/8 tag 5; };', 'networks { 10.0.0.0/8 visible; };', 'networks { 10.0.0.0; };', 'networks 10.0.0.0/8;',
    'external { };', 'external { 10.0.0.0/8 tag 5; };', 'stubnet 10.0.0.0/8;', 'stubnet 10.0.0.0/8 { };', 'stubnet 10.0.0.0/8 { cost 5; };', 'stubnet 10.0.0.0/8 { hidden; summary yes; cost 7; };',
    'stubnet 10.0.0.0/8 { foo; };', 'stubnet 10.0.0.0;', 'stubnet;', 'stubnet 10.0.0.0/8 { cost; };', 'interface "eth0";', 'interface "eth0" { };', 'interface eth0 { };',
    'interface "eth0", "eth1" { };', 'interface "eth*", -"eth3", 10.0.0.0/8 { };', 'interface 10.0.0.0/8 { };', 'interface "e*" 10.0.0.0/8 { };', 'interface { };', 'interface "eth0" instance 0 { };',
    'interface "eth0" instance 300 { };', 'interface "eth0" 10.0.0.1 { };', 'interface "eth0" "eth1" { };', 'interface -"lo", "*";', 'virtual link 10.0.0.1;', 'virtual link 10.0.0.1 { hello 5; };',
    'virtual link;', 'link 10.0.0.1;', 'cost 5;', 'hello 5;', 'ipv4;'],
  backbone: ['stub;', 'nssa;', 'virtual link 10.0.0.1;', 'summary;', 'stub no;', 'interface "lo" { stub; };'],
  interface: ['cost 1;', 'cost 65535;', 'cost 0;', 'cost 65536;', 'cost;', 'cost x;', 'cost -5;', 'hello 1;', 'hello 0;', 'hello 65535;', 'hello 65536;', 'hello "5";', 'poll 5;', 'poll 0;',
    'retransmit 5;', 'retransmit 1;', 'retransmit 2;', 'transmit delay 5;', 'transmit delay 0;', 'transmit 5;', 'wait 5;', 'wait 1;', 'dead 5;', 'dead 1;', 'dead count 2;', 'dead count 1;',
    'dead interval 5;', 'priority 0;', 'priority 255;', 'priority 256;', 'type broadcast;', 'type bcast;', 'type ptp;', 'type pointopoint;', 'type pointtopoint;', 'type nbma;', 'type nonbroadcast;',
    'type ptmp;', 'type pointomultipoint;', 'type;', 'type virtual;', 'real broadcast;', 'real broadcast no;', 'ptp netmask;', 'ptp netmask no;', 'ptp address no;', 'ptp address;', 'ptp;',
    'strict nonbroadcast;', 'strict;', 'stub;', 'stub no;', 'passive;', 'check link;', 'check link no;', 'check;', 'ecmp weight 1;', 'ecmp weight 256;', 'ecmp weight 257;', 'ecmp weight 0;',
    'link lsa suppression;', 'neighbors { };', 'neighbors { 10.0.0.1; 10.0.0.2 eligible; };', 'neighbors { 10.0.0.1 };', 'authentication none;', 'authentication simple;',
    'authentication simple; password "x";', 'authentication cryptographic; password "x";', 'authentication md5;', 'authentication;', 'password "x";', 'password x;',
    'authentication cryptographic; password "x" { id 1; };', 'authentication cryptographic; password "x" { id 0; };', 'authentication cryptographic; password "x" { id 256; };',
    'authentication cryptographic; password "x" { algorithm keyed md5; };', 'authentication cryptographic; password "x" { algorithm hmac sha256; };',
    'authentication cryptographic; password "x" { algorithm sha256; };', 'authentication cryptographic; password "x" { algorithm hmac md5; };',
    'authentication cryptographic; password "x" { algorithm keyed sha1; };', 'authentication cryptographic; password "x" { algorithm blake2s128; };',
    'authentication cryptographic; password "x" { algorithm hmac blake2s128; };', 'authentication simple; password "x" { algorithm keyed md5; };',
    'authentication cryptographic; password "x" { generate from "2020-01-01"; };', 'authentication cryptographic; password "x" { accept to "2020-01-01 12:00:00"; };',
    'authentication cryptographic; password "x" { from "2020-01-01"; to "2030-01-01"; };', 'authentication cryptographic; password "x" { generate from "yesterday"; };',
    'authentication cryptographic; passwords { password "x"; password "y" { id 2; }; };', 'authentication cryptographic; passwords { };', 'authentication cryptographic; key "x";',
    'rx buffer normal;', 'rx buffer large;', 'rx buffer 2000;', 'rx buffer 100;', 'rx;', 'tx class 0xc0;', 'tx class 256;', 'tx dscp 48;', 'tx dscp 64;', 'tx priority 7;', 'tx length 1000;',
    'tx length 100;', 'tx;', 'ttl security;', 'ttl security tx only;', 'ttl security no;', 'ttl;', 'bfd;', 'bfd no;', 'bfd yes;', 'foo;', 'cost 5', ';', 'cost 5;; hello 3;', 'instance 5;', 'mtu 1500;'],
  channel: ['import all;', 'import none;', 'import filter { accept; };', 'import filter nobody;', 'import where source = RTS_STATIC;', 'import where;', 'import;', 'import some;', 'export all;', 'export none;',
    'export where proto = "static1";', 'export filter { if net ~ [ 10.0.0.0/8+ ] then accept; reject; };', 'export filter { accept; }', 'preference 100;', 'preference 70000;', 'table master4;', 'table nobody;',
    'import limit 100;', 'import limit 100 action block;', 'import limit off;', 'export limit 5 action foo;', 'receive limit 10 action warn;', 'import keep filtered;', 'debug all;', 'metric 5;', 'area 0 { };'],
  static: ['route 10.0.0.0/8 via 10.0.0.1;', 'route 10.0.0.0/8 via "eth0";', 'route 10.0.0.0/8 blackhole;', 'route 10.0.0.0/8 unreachable;', 'route 10.0.0.0/8 prohibit;', 'route 10.0.0.0/8 drop;',
    'route 10.0.0.0/8 reject;', 'route 10.0.0.0/8;', 'route 10.0.0.0/8 { ospf_metric1 = 5; };', 'route 10.0.0.0/8 via 10.0.0.1 { ospf_metric1 = 5; };', 'route 10.0.0.0/8 via 10.0.0.1 { ospf_metric1 = 5 };',
    'route 10.0.0.0/8 via 10.0.0.1 { };', 'route 10.0.0.0/8 via 10.0.0.1 via 10.0.0.2;', 'route 10.0.0.0/8 via 10.0.0.1 weight 3 via 10.0.0.2 weight 5;', 'route 10.0.0.0/8 via 10.0.0.1 weight 0;',
    'route 10.0.0.0/8 via 10.0.0.1 onlink;', 'route 10.0.0.0/8 via 10.0.0.1 bfd no;', 'route 10.0.0.0/8 via 10.0.0.1 bfd;', 'route 10.0.0.1/8 via 10.0.0.1;', 'route 10.0.0.0 via 10.0.0.1;',
    'route 10.0.0.0/8 10.0.0.1;', 'route 10.0.0.0/8 gateway 10.0.0.1;', 'route NET10 via 10.0.0.1;', 'route TEN via 10.0.0.1;', 'route 10.0.0.0/8 recursive 10.0.0.1;', 'route 10.0.0.0/8 via 10.0.0.1%eth0;',
    'route 10.0.0.0/8 via 10.0.0.1 mpls 5;', 'route 10.0.0.0/8 via eth0;', 'route 2001:db8::/32 via "eth0";', 'check link;', 'check link no;', 'igp table master4;', 'route 10.0.0.0/8 via 10.0.0.1 { ospf_tag = "x"; };',
    'route 10.0.0.0/8 via 10.0.0.1 { foo = 1; };', 'route 10.0.0.0/8 via 10.0.0.1 { krt_metric = TEN; };', 'route 0.0.0.0/0 via 10.0.0.1;', 'preference 5;', 'route default via 10.0.0.1;'],
  kernel: ['ipv4;', 'ipv4 { export all; };', 'ipv6;', 'ipv6 { export all; };', 'scan time 5;', 'scan 5;', 'persist;', 'persist no;', 'learn;', 'learn no;', 'kernel table 254;', 'kernel table 100;', 'metric 32;', 'metric 0;',
    'merge paths;', 'merge paths no;', 'merge paths limit 5;', 'merge paths yes limit 300;', 'graceful restart;', 'netlink rx buffer 100000;', 'export all;', 'device routes;', 'interface "eth0";'],
  bareKernel: ['', 'ipv4;', 'ipv4 { export all; };', 'ipv4; ipv4;', 'ipv6;', 'ipv4; ipv6;', 'scan time 5;', 'ipv4 { import all; import none; };'],
  bareDirect: ['', 'ipv4;', 'ipv6;', 'ipv4; ipv6;', 'ipv4 { preference 5; };', 'interface "eth0";'],
  bareStatic: ['', 'ipv4;', 'ipv6;', 'ipv4; ipv6;', 'ipv4 { import none; };', 'route 10.0.0.0/8 blackhole; ipv4;'],
  direct: ['interface "eth0";', 'interface "eth0", "lo";', 'interface -"eth0", "*";', 'interface 10.0.0.0/8;', 'check link;', 'interface;', 'ipv6;', 'route 10.0.0.0/8 blackhole;', 'ipv4;', 'interface "eth0" { };'],
  device: ['scan time 5;', 'scan time;', 'scan time 0;', 'interface "eth0";', 'interface "eth0" { preferred 10.0.0.1; };', 'interface "eth0" { preferred; };', 'primary "eth0" 10.0.0.1;', 'ipv4;', 'debug off;'],
  bfd: ['', 'accept;', 'accept ipv4;', 'accept ipv6 direct;', 'accept multihop;', 'accept all;', 'interface "eth0";', 'interface "eth*", "lo" { };', 'interface -"lo", "*" { interval 1 s; };',
    'interface 10.0.0.0/8 { };', 'interface { };', 'multihop { };', 'multihop { interval 200 ms; multiplier 3; };', 'multihop;', 'neighbor 10.0.0.1;', 'neighbor 10.0.0.1 dev "eth0";', 'neighbor 10.0.0.1 local 10.0.0.2;',
    'neighbor 10.0.0.1 dev "eth0" local 10.0.0.2;', 'neighbor 10.0.0.1 multihop;', 'neighbor 10.0.0.1 local 10.0.0.2 multihop yes;', 'neighbor 10.0.0.1 dev "eth0" local 10.0.0.2 multihop;', 'neighbor 10.0.0.1 multihop no;',
    'neighbor;', 'neighbor "eth0";', 'strict bind;', 'strict bind no;', 'strict;', 'debug all;', 'disabled;', 'ipv4;', 'interval 5 s;', 'foo;'],
  bfdInterface: ['interval 200 ms;', 'interval 5;', 'interval 1 s;', 'interval 50000 us;', 'min rx interval 20 ms;', 'min tx interval 20 ms;', 'min interval 20 ms;', 'idle tx interval 2 s;', 'idle rx interval 2 s;', 'multiplier 5;',
    'multiplier 0;', 'multiplier 300;', 'multiplier;', 'passive;', 'passive no;', 'authentication none;', 'authentication simple; password "x";', 'authentication keyed md5; password "x";', 'authentication meticulous keyed sha1; password "x";',
    'authentication md5;', 'authentication;', 'password "x";', 'interval 0 ms;', 'min rx interval 0 us;', 'hello 5;', 'cost 5;', 'interval 200 ms'],
  filter: ['accept;', 'reject;', 'accept', 'reject "no";', 'accept "yes", net;', 'error;', 'print "x";', 'print "x", net, source;', 'printn "x";', 'if true then accept;', 'if true then accept; else reject;',
    'if true accept;', 'if then accept;', 'if true then { accept; }', 'if true then { accept; } else { reject; }', 'if net = 10.0.0.0/8 then accept;', 'if net ~ 10.0.0.0/8 then accept;',
    'if net ~ [ 10.0.0.0/8+ ] then accept;', 'if net ~ [ 10.0.0.0/8-, 192.168.0.0/16{17,24} ] then accept;', 'if net ~ [ 10.0.0.0/8{24,16} ] then accept;', 'if net ~ [ 10.0.0.0/8{8,33} ] then accept;',
    'if net ~ [ 10.0.0.1/8 ] then accept;', 'if net ~ NET10 then accept;', 'if source = RTS_STATIC then accept;', 'if source = RTS_NOTHING then accept;', 'if source ~ [ RTS_STATIC, RTS_DEVICE ] then accept;',
    'if proto = "static1" then accept;', 'if proto ~ "st*" then accept;', 'if ifname = "eth0" then accept;', 'if gw = 10.0.0.1 then accept;', 'if dest = RTD_BLACKHOLE then accept;',
    'if preference > 100 then accept;', 'if net.len > 24 then accept;', 'if net.ip = 10.0.0.0 then accept;', 'if net.type = NET_IP4 then accept;', 'if net.length > 24 then accept;',
    'if gw.mask(24) = 10.0.0.0 then accept;', 'if defined(ospf_metric1) then accept;', 'if ! defined(ospf_tag) then accept;', 'if ospf_metric1 = 5 && ospf_tag = 7 then accept;',
    'if ospf_metric1 = 5 || ospf_tag = 7 && true then accept;', 'if 1 = 2 = 3 then accept;', 'if (1 = 1) = true then accept;', 'if 1 + 1 * 2 = 3 then accept;', 'if 1 == 1 then accept;', 'if 1 != 2 then accept;',
    'if net !~ [ 10.0.0.0/8 ] then accept;', 'if ospf_router_id = 10.0.0.1 then accept;', 'ospf_metric1 = 5;', 'ospf_metric1 = TEN;', 'ospf_metric1 = ospf_metric1 + 1;', 'ospf_metric2 = "x";', 'ospf_tag = 0x10;',
    'ospf_metric3 = 5;', 'ospf_metric1 := 5;', 'net = 10.0.0.0/8;', 'source = RTS_STATIC;', 'preference = 50;', 'gw = 10.0.0.1;', 'krt_metric = 5;', 'krt_prefsrc = 10.0.0.1;', 'unset(ospf_tag);', 'unset(net);',
    'int x; x = 1; accept;', 'int x = 1; accept;', 'x = 1;', 'int x = "a";', 'prefix p = net; if p.len = 8 then accept;', 'ip a = 10.0.0.1;', 'bool b = true; if b then accept;', 'string s = "x";', 'int set s = [ 1, 2 ];',
    'if twice(2) = 4 then accept;', 'if twice() = 4 then accept;', 'if twice(1, 2) = 4 then accept;', 'twice(1);', 'if thrice(1) = 3 then accept;', 'return 1;', 'return;', 'case ospf_tag { 1: accept; 2..5: reject; else: accept; }',
    'case ospf_tag { 1, 2: { accept; } }', 'case ospf_tag { }', 'case { 1: accept; }', 'case source { RTS_STATIC: accept; else: reject; }', 'accept; accept;', '{ accept; }', '{ int y = 5; accept; }', ';', 'foo;',
    'bgp_path.prepend(5);', 'if bgp_path.len > 5 then accept;', 'if (1, 2) ~ [ (1, *) ] then accept;', 'if net ~ [ ] then accept;', 'if net.is_v4 then accept;', 'if scope = SCOPE_HOST then accept;', 'if TEN = 10 then accept;',
    'TEN = 5;', 'ospf_metric1 = (5);', 'if net ~ [ 10.0.0.0/8, 2001:db8::/32 ] then accept;', 'if 5 ~ [ 1..10 ] then accept;', 'if 10.0.0.1 ~ 10.0.0.0/8 then accept;', 'if from = 10.0.0.1 then accept;', 'if weight = 1 then accept;'],
};

const folder = mkdtempSync(join(tmpdir(), 'bird-language-'));
const said = [];
try {
  const file = join(folder, 'bird.conf');
  for (const [frame, snippets] of Object.entries(SNIPPETS)) {
    for (const snippet of snippets) {
      const text = FRAMES[frame].replace('%', () => snippet);
      writeFileSync(file, text);
      const { status, stderr, stdout } = spawnSync(BIRD, ['-p', '-c', file], { encoding: 'utf8', timeout: 10_000 });
      const message = `${stdout}${stderr}`.split('\n').find((line) => line.startsWith('bird: ') && line.includes(file))?.replace(/^bird: /, '').replaceAll(file, 'bird.conf');
      said.push({ frame, snippet, text, isAccepted: status === 0, ...(status === 0 ? {} : { message: message ?? `${stdout}${stderr}`.trim().replaceAll(file, 'bird.conf') }) });
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const software = execFileSync('sh', ['-c', `${BIRD} --version 2>&1`], { encoding: 'utf8' }).trim().replace(' version', '');
writeFileSync(OUT, `${JSON.stringify({ software, said }, null, 1)}\n`);
console.log(`${said.length} snippets, ${said.filter((each) => each.isAccepted).length} accepted`);
