"""Network namespaces, for the judges that are programs of their own."""
import os


def inside(name):
    """This process goes into a namespace; sockets that are open stay where they were."""
    handle = os.open(f"/run/netns/{name}", os.O_RDONLY)
    if hasattr(os, "setns"):
        os.setns(handle, 0x40000000)
    else:
        import ctypes
        if ctypes.CDLL(None, use_errno=True).setns(handle, 0x40000000) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    os.close(handle)
