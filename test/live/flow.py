"""A flow of numbered UDP datagrams between two kernels, one way.

    send ADDRESS PORT MILLIS COUNT     one every MILLIS; prints the time of each
    receive PORT                       prints "NUMBER TIME" for each that arrives, until it is ended
"""
import socket, sys, time

what, words = sys.argv[1], sys.argv[2:]
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if what == "receive":
    link.bind(("0.0.0.0", int(words[0])))
    print("ready", flush=True)
    while True:
        data = link.recv(2048)
        print(int.from_bytes(data[:4], "big"), f"{time.time():.6f}", flush=True)
else:
    address, port, millis, count = words[0], int(words[1]), float(words[2]), int(words[3])
    began = time.time()
    for number in range(count):
        wait = began + number * millis / 1000 - time.time()
        if wait > 0:
            time.sleep(wait)
        print(number, f"{time.time():.6f}", flush=True)
        try:
            link.sendto(number.to_bytes(4, "big") + bytes(96), (address, port))
        except OSError:
            pass
