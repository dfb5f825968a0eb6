"""
Datagrams to port 9 of others, each with its number and moment, and who got which: what record/outages.mjs measures outages with.

    stream.py PROBES FIRST SECONDS      PROBES: [{"number": 0, "to": "10.2.0.10", "source": "10.1.0.10", "every": 0.01}], may be empty; FIRST: when to begin

Moments are of CLOCK_MONOTONIC, which all namespaces share. Prints {"sent": {number: [moment, ...]}, "received": {number: [index, ...]}}.
A datagram that the kernel will not send, for want of a route, counts as sent. The moments are those of sending, so that a late one does not lengthen an outage.
"""
import heapq
import json
import os
import select
import socket
import struct
import sys
import time

PORT = 9
FORM = struct.Struct('!HI')


def main():
    probes, first, seconds = json.loads(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sink.bind(('', PORT))
    sink.setblocking(False)
    sent, received, due, sockets = {}, {}, [], {}
    for probe in probes:
        number = probe['number']
        sent[number] = []
        sockets[number] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sockets[number].bind((probe.get('source') or '', 0))
        heapq.heappush(due, (first, number))
    every = {probe['number']: probe['every'] for probe in probes}
    to = {probe['number']: (probe['to'], PORT) for probe in probes}
    end = first + seconds
    while True:
        now = time.monotonic()
        if now >= end + 1:
            break
        wait = min(due[0][0] if due else end + 1, end + 1) - now
        if wait > 0 and select.select([sink], [], [], wait)[0]:
            try:
                while True:
                    number, index = FORM.unpack(sink.recv(64))
                    received.setdefault(number, []).append(index)
            except BlockingIOError:
                pass
        while due and due[0][0] <= time.monotonic():
            moment, number = heapq.heappop(due)
            if moment < end:
                heapq.heappush(due, (moment + every[number], number))
                try:
                    sockets[number].sendto(FORM.pack(number, len(sent[number])), to[number])
                except OSError:
                    pass
                sent[number].append(time.monotonic())
    json.dump({'sent': sent, 'received': received}, sys.stdout)


main()
