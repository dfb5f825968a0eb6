/**
 * Words that cannot be names in bird.conf, unless between apostrophes. Found by asking `bird -p` of BIRD 2.0.12 for each of the words in its
 * user guide: a filter that is called so is refused.
 */
export const BIRD_KEYWORDS: ReadonlySet<string> = new Set(`
NET_IP4 NET_IP6 ORIGIN_EGP ORIGIN_IGP ORIGIN_INCOMPLETE RTD_BLACKHOLE RTD_PROHIBIT RTD_UNICAST RTD_UNREACHABLE RTS_BABEL RTS_BGP RTS_DEVICE
RTS_INHERIT RTS_OSPF RTS_OSPF_EXT1 RTS_OSPF_EXT2 RTS_OSPF_IA RTS_PIPE RTS_REDIRECT RTS_RIP RTS_STATIC RTS_STATIC_DEVICE SCOPE_HOST
SCOPE_LINK SCOPE_ORGANIZATION SCOPE_SITE SCOPE_UNDEFINED SCOPE_UNIVERSE accept action add address administrative advertise after aigp
algorithm all allow always area as as4 asn attribute attributes auth authentication autonomous aware babel babel_metric base bcast bfd bgp
bgp_aggregator bgp_aigp bgp_atomic_aggr bgp_cluster_list bgp_community bgp_ext_community bgp_large_community bgp_local_pref bgp_med
bgp_next_hop bgp_origin bgp_originator_id bgp_otc bgp_path bgpmask bgppath bind bird blackhole blake2b256 blake2b512 blake2s128 blake2s256
block bool broadcast buffer bug by capabilities case cease change channels check circuit class client clist cluster code collision commands
communities confederation config configuration configure confirm connect connection contains cost cost2 count cryptographic current data
data1 data2 dead debug deconfigured default define defined delay delete demand description dest deterministic dev device digits direct
disable disabled dnssl do domain dont_fragment down dport drop dscp dst dump dynamic ebgp ec echo eclist ecmp eligible else empty enable
enforce entries error eval events exit exp expire export exported extended external false fatal filename filter filtered filters first
first_fragment flags flow4 flow6 for forget format fragment free from function garbage gateway gc generate generic global graceful gw
gw_mpls header hello help hidden high hit hmac hold hop horizon hostname ibgp icmp id idle if ifindex ifname ignore igp igp_metric import in
infinity info instance int interface interfaces internal interpret interval ip ipv4 ipv6 is_fragment is_v4 iso keep keepalive kernel key
keyed krt_advmss krt_cwnd krt_feature_allfrag krt_feature_ecn krt_hoplimit krt_initcwnd krt_initrwnd krt_lock_advmss krt_lock_cwnd
krt_lock_hoplimit krt_lock_mtu krt_lock_reordering krt_lock_rto_min krt_lock_rtt krt_lock_rttvar krt_lock_sstresh krt_lock_window krt_metric
krt_mtu krt_prefsrc krt_quickack krt_realm krt_reordering krt_rto_min krt_rtt krt_rttvar krt_scope krt_source krt_sstresh krt_window label
large last last_fragment last_nonaggregated latency lc lclist learn len length lifetime limit linger link lived lladdr local log long low
lsa lsadb lsid mac managed mandatory mask match max maxlen md5 med medium member memory merge messages meticulous metric min missing mode
mpls mrt mrtdump ms mtu mult multicast multihop multiplier name nbma neighbor neighbors net netlink netmask networks next ng no noexport
nonbroadcast none normal ns nssa of off offset older on onlink only originate ospf ospf_metric1 ospf_metric2 ospf_router_id ospf_tag other
out packets pair passive password passwords path paths pe perf period permissive persist pipe plaintext pointomultipoint pointopoint poison
poll port preexport prefer preference preferred prefix prepend primary print printn priority private prohibit propagate proto protocol
protocols ptmp ptp public quad ra ra_lifetime ra_preference radv randomize range rd rdnss reachable real receive recursive refresh reject
rejected reload remote repeat require reset resources restart restrict retrans retransmit retry return reverse rfc1583compat rfc5838 rip
rip_metric rip_tag ro roa4 roa6 roa_check roles route router routes rpki rr rs rt rx rxcost s sadr scan scope secondary security self
sensitive sessions set setkey sets settle sha1 sha256 sha384 sha512 short show shutdown simple skip sockets soft solicited sorted source
split sport src ssh stability stale start startup state states static stats status stderr strict string stub stubnet summary suppression
symbols syslog table tag tcp template then threshold tick time timeformat timeout timer to topology trace translator transmit transport trie
trigger true ttl tx type undo unicast unknown unreachable unset update us user v2 v3 valid validate version via virtual vpn vpn4 vpn6 vrf
wait warn warning watchdog weight where wired wireless yes zero
`.trim().split(/\s+/));

/** Those of one kind in the order in which they are compared. */
export const ENUMERATIONS: ReadonlySet<string> = new Set([
  'RTS_STATIC', 'RTS_INHERIT', 'RTS_DEVICE', 'RTS_STATIC_DEVICE', 'RTS_REDIRECT', 'RTS_RIP', 'RTS_OSPF', 'RTS_OSPF_IA', 'RTS_OSPF_EXT1', 'RTS_OSPF_EXT2',
  'RTS_BGP', 'RTS_PIPE', 'RTS_BABEL', 'SCOPE_HOST', 'SCOPE_LINK', 'SCOPE_SITE', 'SCOPE_ORGANIZATION', 'SCOPE_UNIVERSE', 'SCOPE_UNDEFINED',
  'RTD_UNICAST', 'RTD_BLACKHOLE', 'RTD_UNREACHABLE', 'RTD_PROHIBIT', 'NET_IP4', 'NET_IP6', 'ORIGIN_IGP', 'ORIGIN_EGP', 'ORIGIN_INCOMPLETE',
]);
