/**
 * What a heartbeat daemon says: numbered, signed, on all of its media, and kept for whoever did not get it. Read wire/heartbeat.ts first.
 *
 * What it sends it first takes itself, which is why an answer to a message can precede it on the wire.
 */
import type { Micros } from '../base/micros.js';
import type { HeartbeatBehaviour } from './heartbeat-behaviour.js';
import { linkNameOf, type HeartbeatConfiguration, type HeartbeatMedium } from './heartbeat-configuration.js';
import { composeMessage, encodeMessage, isControl, messageOf, type MessageFields, type ReceivedMessage, type Sender } from './heartbeat-message.js';
import { SentMessages } from './heartbeat-repetition.js';
import type { TakeoverEnvironment } from './takeover-environment.js';

export interface OutputHost {
  readonly sender: Sender;
  secondsAt(now: Micros): number;
  /** Undefined: not known, or the protocol has none. */
  uuidOf(node: string): Uint8Array | undefined;
  /** Our own message, on its way out. */
  takeOwn(now: Micros, message: ReceivedMessage): void;
  /** Our own message came back by a medium. */
  cameBack(now: Micros, link: string): void;
}

export class HeartbeatOutput {
  readonly links: readonly { readonly medium: HeartbeatMedium; readonly link: string }[];
  private readonly host: OutputHost;
  private readonly configuration: HeartbeatConfiguration;
  private readonly behaviour: HeartbeatBehaviour;
  private readonly environment: TakeoverEnvironment;
  private readonly history = new SentMessages();
  private sequence = 0;

  constructor(host: OutputHost, configuration: HeartbeatConfiguration, behaviour: HeartbeatBehaviour, environment: TakeoverEnvironment) {
    this.host = host;
    this.configuration = configuration;
    this.behaviour = behaviour;
    this.environment = environment;
    this.links = configuration.media.map((medium) => ({ medium, link: linkNameOf(medium) }));
  }

  /** A new life: numbers begin anew. */
  clear(): void {
    this.sequence = 0;
    this.history.clear();
  }

  send(now: Micros, fields: MessageFields): void {
    const { configuration, host } = this;
    const type = fields.find(([name]) => name === 't')?.[1] ?? '';
    const destination = fields.find(([name]) => name === 'dest')?.[1];
    const isNumbered = !isControl(type);
    const sequence = isNumbered ? ++this.sequence : 0;
    const destinationUuid = destination === undefined ? undefined : host.uuidOf(destination);
    const message = composeMessage(fields, host.sender, sequence, host.secondsAt(now), destinationUuid, this.behaviour.form);
    host.takeOwn(now, messageOf(message));
    const key = configuration.keys.get(configuration.keyNumber);
    if (key === undefined) return;
    const bytes = encodeMessage(message, configuration.keyNumber, key, configuration.isInnerAuthLeftOut);
    if (isNumbered) this.history.add(sequence, bytes);
    this.transmit(now, bytes);
  }

  /** Somebody asks for what it did not get. */
  repeat(now: Micros, request: ReceivedMessage): void {
    this.history.repeat(request, (bytes) => this.transmit(now, bytes));
  }

  private transmit(now: Micros, bytes: Uint8Array): void {
    for (const { medium, link } of this.links) {
      this.environment.sendHeartbeat(now, medium, bytes);
      // Broadcasts, and multicasts that are looped, come back to their sender.
      if (medium.kind === 'bcast' || (medium.kind === 'mcast' && medium.isLooped)) this.host.cameBack(now, link);
    }
  }
}
