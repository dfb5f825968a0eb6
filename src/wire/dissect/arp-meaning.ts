/** What an ARP packet is for, by its operation and addresses. [826] [5227:1.1] [5227:3] */
import { ArpOperation } from '../arp.js';

/** Addresses as u32 or as the same 32 bits signed, both the same way. */
export function arpMeaning(operation: number, sender: number, target: number): string {
  switch (operation) {
    case ArpOperation.request: return sender === 0 ? 'probe' : sender === target ? 'announcement' : 'request';
    case ArpOperation.reply: return sender === target ? 'gratuitous-reply' : 'reply';
    default: return 'other';
  }
}
