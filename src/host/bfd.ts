/**
 * The BFD daemon of a host: its sessions, and the UDP port that they share. [5881] Read bfd-session.ts first.
 *
 * Packets have TTL 255 and are refused with any other [5881:5]; the source port is from 49152 on, one a session [5881:4]. A session lives as long
 * as somebody is interested in it: a routing protocol that watches a neighbour, or a `peer` of the configuration.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { Prng } from '../base/prng.js';
import { BFD_PORT, BfdFlag, bfdLength, decodeBfd, encodeBfd, type BfdControl } from '../wire/bfd.js';
import { ByteReader, ByteWriter } from '../wire/bytes.js';
import { DecodeError } from '../wire/decode-error.js';
import { Ipv4Flag } from '../wire/ipv4.js';
import type { BfdParameters, BfdPeerSession, BfdSessionEnvironment, BfdSessionState } from './bfd-peer-session.js';
import { BFD_DEFAULTS, BfdSession } from './bfd-session.js';
import { BIRD_BFD_DEFAULTS, BirdBfdSession } from './bird-bfd-session.js';
import { type Host, IP_AT } from './host.js';

/** As said; what is not said is the profile's, or the default. */
export type BfdSettings = Partial<BfdParameters>;

export interface BfdPeer {
  readonly peer: Ipv4;
  readonly interfaceName?: string;
  readonly profile?: string;
  readonly settings: BfdSettings;
}

export interface BfdConfiguration {
  readonly profiles: ReadonlyMap<string, BfdSettings>;
  readonly peers: readonly BfdPeer[];
  /** Routing protocols may ask for sessions. Undefined: they may. BIRD's `accept`. */
  readonly isForOthers?: boolean;
  /** What is said about the sessions of an interface, by its name; BIRD. */
  readonly interfaces?: ReadonlyMap<string, BfdSettings>;
}

/** What a routing protocol asks for. */
export interface BfdWish {
  readonly profile?: string;
  readonly settings: BfdSettings;
}

/** Whose BFD it is. */
export type BfdImplementation = 'bfdd' | 'bird';

const NO_WISH: BfdWish = { settings: {} };

/** Is told when the path to a neighbour that it watches is lost. */
export type BfdListener = (now: Micros, interfaceIndex: number, peer: Ipv4) => void;

const TIME_TO_LIVE = 255;
const TYPE_OF_SERVICE = 0xc0;
const FIRST_SOURCE_PORT = 49_152;
const LAST_SOURCE_PORT = 65_535;

interface Held {
  readonly session: BfdPeerSession;
  isConfigured: boolean;
  /** A routing protocol is interested. */
  isWatched: boolean;
  wish: BfdWish;
}

export class BfdDaemon implements BfdSessionEnvironment {
  isRunning = false;
  private configuration: BfdConfiguration;
  private readonly host: Host;
  private readonly listener: BfdListener;
  private readonly implementation: BfdImplementation;
  private readonly prng: Prng;
  /** In order of their making. */
  private held: Held[] = [];
  private nextSourcePort = FIRST_SOURCE_PORT;

  constructor(host: Host, configuration: BfdConfiguration, seed: number, name: string, listener: BfdListener, implementation: BfdImplementation = 'bfdd') {
    this.host = host;
    this.configuration = configuration;
    this.listener = listener;
    this.implementation = implementation;
    this.prng = new Prng(seed, name, 'bfd');
  }

  get sessions(): readonly { readonly session: BfdPeerSession; readonly isConfigured: boolean }[] {
    return this.held;
  }

  launch(now: Micros): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.host.udpReceivers.set(BFD_PORT, (at, frame, offset, length) => this.receive(at, frame, offset, length));
    if (this.implementation === 'bfdd') this.host.trace({ kind: 'daemon', daemon: 'bfdd', what: 'started' });
    this.configurePeers(now);
  }

  /** Killed: nobody says goodbye. Who watched watches again when it is started. */
  kill(what: 'killed' | 'stopped', now: Micros): void {
    if (!this.isRunning) return;
    for (const { session } of this.held) {
      if (what === 'stopped') session.end(now);
      else session.drop();
    }
    this.held = [];
    this.isRunning = false;
    this.host.udpReceivers.delete(BFD_PORT);
    if (this.implementation === 'bfdd') this.host.trace({ kind: 'daemon', daemon: 'bfdd', what });
  }

  reconfigure(now: Micros, configuration: BfdConfiguration): void {
    this.configuration = configuration;
    if (!this.isRunning) return;
    this.configurePeers(now);
    for (const each of this.held) each.session.configure(now, this.parametersOf(each.session.interfaceIndex, each.session.peer, each.wish));
  }

  private configurePeers(now: Micros): void {
    for (const each of this.held) each.isConfigured = false;
    for (const { peer, interfaceName } of this.configuration.peers) {
      const interfaceIndex = this.interfaceTo(peer, interfaceName);
      if (interfaceIndex !== undefined) this.hold(now, interfaceIndex, peer, NO_WISH).isConfigured = true;
    }
    this.release(now);
  }

  /** Without a name it is the interface whose network the peer is on. */
  private interfaceTo(peer: Ipv4, name: string | undefined): number | undefined {
    return (name === undefined ? this.host.interfaces.find((each) => each.hasOnLink(peer)) : this.host.interfaceByName(name))?.index;
  }

  /** A routing protocol wants to know when this neighbour is lost. */
  watch(now: Micros, interfaceIndex: number, peer: Ipv4, wish: BfdWish): void {
    if (!this.isRunning || this.configuration.isForOthers === false) return;
    const held = this.hold(now, interfaceIndex, peer, wish);
    held.isWatched = true;
    if (held.wish === wish) return;
    held.wish = wish;
    held.session.configure(now, this.parametersOf(interfaceIndex, peer, wish));
  }

  unwatch(now: Micros, interfaceIndex: number, peer: Ipv4): void {
    const held = this.find(interfaceIndex, peer);
    if (held === undefined || !held.isWatched) return;
    held.isWatched = false;
    this.release(now);
  }

  /** The daemon that watched is gone. */
  unwatchAll(now: Micros): void {
    for (const each of this.held) each.isWatched = false;
    this.release(now);
  }

  private release(now: Micros): void {
    const gone = this.held.filter((each) => !each.isWatched && !each.isConfigured);
    this.held = this.held.filter((each) => each.isWatched || each.isConfigured);
    for (const { session } of gone) session.end(now);
  }

  private find(interfaceIndex: number, peer: Ipv4): Held | undefined {
    return this.held.find(({ session }) => session.interfaceIndex === interfaceIndex && session.peer === peer);
  }

  private hold(now: Micros, interfaceIndex: number, peer: Ipv4, wish: BfdWish): Held {
    const found = this.find(interfaceIndex, peer);
    if (found !== undefined) return found;
    const port = this.nextSourcePort;
    this.nextSourcePort = port === LAST_SOURCE_PORT ? FIRST_SOURCE_PORT : port + 1;
    const Session = this.implementation === 'bird' ? BirdBfdSession : BfdSession;
    const session = new Session(interfaceIndex, peer, port, this.newDiscriminator(), this.parametersOf(interfaceIndex, peer, wish), now, this.host.timers, this.prng, this);
    const held = { session, isConfigured: false, isWatched: false, wish };
    this.held.push(held);
    return held;
  }

  /** Not zero, and different for every session. [5880:6.8.1 bfd.LocalDiscr] */
  private newDiscriminator(): number {
    for (;;) {
      const discriminator = this.prng.u32();
      if (discriminator !== 0 && this.held.every(({ session }) => session.localDiscriminator !== discriminator)) return discriminator;
    }
  }

  /** What is said of the peer, or else what the watcher asks for; then the profile's; then the defaults. */
  private parametersOf(interfaceIndex: number, peer: Ipv4, wish: BfdWish): BfdParameters {
    const own = this.configuration.peers.find((each) => each.peer === peer && this.interfaceTo(peer, each.interfaceName) === interfaceIndex) ?? wish;
    const name = own.profile ?? wish.profile;
    if (this.implementation === 'bird') return { ...BIRD_BFD_DEFAULTS, ...this.configuration.interfaces?.get(this.host.interfaceByIndex(interfaceIndex)?.name ?? ''), ...own.settings };
    return { ...BFD_DEFAULTS, ...(name === undefined ? undefined : this.configuration.profiles.get(name)), ...own.settings };
  }

  private receive(now: Micros, frame: Uint8Array, offset: number, length: number): void {
    const source = ((frame[IP_AT + 12] << 24) | (frame[IP_AT + 13] << 16) | (frame[IP_AT + 14] << 8) | frame[IP_AT + 15]) >>> 0;
    const incoming = this.host.incomingInterface;
    if (incoming === undefined) return;
    const timeToLive = frame[IP_AT + 8];
    if (timeToLive !== TIME_TO_LIVE) {
      this.host.trace({ kind: 'refusal', clause: '[5881:5]', interfaceName: incoming.name, source, what: 'BFD time to live', got: timeToLive, want: TIME_TO_LIVE });
      return; // [5881:5 received]
    }
    const control = decodeBfd(new ByteReader(frame, offset, offset + length));
    if (control instanceof DecodeError) {
      this.host.trace({ kind: 'malformed', clause: control.clause, interfaceName: incoming.name, code: control.code, offset: control.offset, got: control.got, want: control.want });
      return;
    }
    const refusal = reasonToRefuse(control);
    const held = control.yourDiscriminator === 0 ? this.find(incoming.index, source)
      : this.held.find(({ session }) => session.localDiscriminator === control.yourDiscriminator && session.peer === source); // [5880:6.3]
    if (refusal !== undefined || held === undefined) {
      this.host.trace({ kind: 'refusal', clause: '[5880:6.8.6]', interfaceName: incoming.name, source, what: refusal ?? 'BFD packet without a session',
        got: control.yourDiscriminator, want: 'a packet of a session' });
      return; // [5880:6.8.6 no session]
    }
    held.session.receive(now, control);
  }

  // BfdSessionEnvironment.

  send(now: Micros, session: BfdPeerSession, control: BfdControl): void {
    const outgoing = this.host.interfaceByIndex(session.interfaceIndex);
    if (outgoing === undefined) return;
    const payload = new Uint8Array(bfdLength(control));
    encodeBfd(control, new ByteWriter(payload));
    // [5881:4] [5881:5]
    this.host.sendDatagram(now, outgoing, outgoing.selectSource(session.peer), session.peer, session.sourcePort, BFD_PORT, payload,
      { timeToLive: TIME_TO_LIVE, typeOfService: TYPE_OF_SERVICE, flags: Ipv4Flag.dontFragment });
  }

  stateChanged(now: Micros, session: BfdPeerSession, from: BfdSessionState): void {
    const name = this.host.interfaceByIndex(session.interfaceIndex)?.name ?? '';
    this.host.trace({ kind: 'bfd-state', clause: '[5880:6.2]', interfaceName: name, peer: session.peer, from, to: session.state, diagnostic: session.localDiagnostic });
    if (from === 'Up' && session.state === 'Down' && (this.find(session.interfaceIndex, session.peer)?.isWatched ?? false)) {
      this.listener(now, session.interfaceIndex, session.peer);
    }
  }
}

/** Undefined: it may belong to a session. */
function reasonToRefuse(control: BfdControl): string | undefined {
  if (control.detectMultiplier === 0) return 'BFD detection multiplier 0'; // [5880:6.8.6 Detect Mult]
  if ((control.flags & BfdFlag.multipoint) !== 0) return 'BFD multipoint bit'; // [5880:6.8.6 Multipoint]
  if (control.myDiscriminator === 0) return 'BFD discriminator 0'; // [5880:6.8.6 My Discriminator]
  if (control.authentication !== undefined) return 'BFD authentication, none is in use'; // [5880:6.8.6 A bit]
  return undefined;
}
