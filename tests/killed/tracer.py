"""Runs a program and stops it before one of its system calls, to kill it there or to write to a file at that moment.

    tracer.py WATCHED[,WATCHED...] UNIT count REPORT             -- PROGRAM...
    tracer.py WATCHED[,WATCHED...] UNIT kill NUMBER              -- PROGRAM...
    tracer.py WATCHED[,WATCHED...] UNIT edit NUMBER HOW FILE NEW -- PROGRAM...

What counts begins with the first change in the first of the watched folders. UNIT says what is counted: `calls`, every system call; or
`changes`, those before which a watched folder differs from how it was before the call ahead of it: between two of them it makes no difference
where the program dies. REPORT gets how many there are and in a second line the numbers of some: of calls those that change the last of the folders, of changes
those that lead to a state of a kind that none before them led to. HOW somebody else writes is `over` (into the file that is there) or `instead` (another file takes its place).

The exit code is that of the program, 137 where it was killed, 98 where processes cannot be traced, 99 where the number was not reached. Only what
is the same on every processor of Linux is used.
"""

import ctypes
import os
import re
import signal
import sys

TRACEME, SYSCALL, SETOPTIONS = 0, 24, 0x4200
# Stops for system calls told apart, all threads and children, none left behind.
OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x100000
AT_CALL = signal.SIGTRAP | 0x80
ALL = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def ptrace(request, pid, data=0):
    if libc.ptrace(request, pid, None, data) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def look(folder, found):
    with os.scandir(folder) as entries:
        entries = sorted(entries, key=lambda entry: entry.name)
    found.append((folder, os.stat(folder).st_mode))
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name != ".git":
                look(entry.path, found)
            continue
        file = os.open(entry.path, os.O_RDONLY)
        found.append((entry.path, os.fstat(file).st_mode, os.read(file, 1 << 20)))
        os.close(file)


def looks(folders):
    """All that stands in the folders, git's own left out."""
    found = []
    for folder in folders:
        look(folder, found)
    return found


def kind(found, first):
    """What stands there, whatever the numbers in its names and of whichever file it is, and how many files have other bytes than at first."""
    files = [one for one in found if len(one) == 3]
    name = lambda path: re.sub("[0-9]+", "", os.path.basename(path))
    stands = frozenset((name(one[0]), one[1], one[2:] > (b"",)) for one in found)
    return stands, sum(one[0] in first and first[one[0]] != one[2] for one in files)


def edit(how, path, new):
    if how == "over":
        with open(path, "wb") as file:
            file.write(new)
        return
    beside = path + ".theirs"
    with open(beside, "wb") as file:
        os.fchmod(file.fileno(), os.stat(path).st_mode & 0o7777)
        file.write(new)
    os.rename(beside, path)


class Watch:
    """Counts, and does what is wanted when its turn comes."""

    def __init__(self, folders, unit, wanted, act):
        self.folders, self.unit, self.wanted, self.act = folders, unit, wanted, act
        self.first = looks(folders[:1])
        self.last, self.begun, self.count, self.reached = None, False, 0, False
        self.told, self.kinds = [], set()
        self.bytes = {one[0]: one[2] for one in looks(folders[1:]) if len(one) == 3}

    def before_a_call(self):
        self.begun = self.begun or looks(self.folders[:1]) != self.first
        if not self.begun:
            return
        if self.unit == "changes":
            now = looks(self.folders)
            if now == self.last:
                return
            self.last = now
            if self.wanted is None:
                known = len(self.kinds)
                self.kinds.add(kind(now, self.bytes))
                if len(self.kinds) > known:
                    self.told.append(self.count)
        elif self.wanted is None:
            now = looks(self.folders[-1:])
            if self.last not in (None, now):
                self.told.append(self.count - 1)
            self.last = now
        if self.count == self.wanted:
            self.reached = True
            self.act()
        self.count += 1


def follow(pid, watch):
    """Until the program ends; its exit code."""
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status):
        return os.waitstatus_to_exitcode(status)
    ptrace(SETOPTIONS, pid, OPTIONS)
    inside, known = {}, {pid}
    ptrace(SYSCALL, pid)
    while True:
        one, status = os.waitpid(-1, ALL)
        if not os.WIFSTOPPED(status):
            if one == pid:
                code = os.waitstatus_to_exitcode(status)
                return 128 - code if code < 0 else code
            continue
        stopped, passed_on = os.WSTOPSIG(status), 0
        if stopped == AT_CALL:
            inside[one] = not inside.get(one, False)
            if inside[one]:
                watch.before_a_call()
        elif status >> 16 == 0 and not (stopped == signal.SIGSTOP and one not in known):
            passed_on = stopped
        known.add(one)
        try:
            ptrace(SYSCALL, one, passed_on)
        except ProcessLookupError:
            pass


def main():
    at = sys.argv.index("--")
    (folders, unit, mode, *rest), program = sys.argv[1:at], sys.argv[at + 1 :]
    told_read, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            ptrace(TRACEME, 0)
            os.kill(os.getpid(), signal.SIGSTOP)
            os.execv(program[0], program)
        except OSError as error:
            os.write(told, str(error).encode())
        os._exit(98)
    os.close(told)
    act = lambda: os.kill(pid, signal.SIGKILL)
    if mode == "edit":
        _, how, path, new = rest
        act = lambda: edit(how, path, os.fsencode(new))
    watch = Watch(folders.split(","), unit, None if mode == "count" else int(rest[0]), act)
    try:
        code = follow(pid, watch)
    except OSError as error:
        os.kill(pid, signal.SIGKILL)
        sys.stderr.write(f"a process cannot be traced: {error}\n")
        return 98
    why = os.read(told_read, 1000).decode()
    if why:
        sys.stderr.write(f"a process cannot be traced: {why}\n")
        return 98
    if mode == "count":
        with open(rest[0], "w") as report:
            report.write(f"{watch.count}\n{' '.join(map(str, watch.told))}\n")
    elif not watch.reached:
        sys.stderr.write(f"there are only {watch.count} of these\n")
        return 99
    return code


if __name__ == "__main__":
    sys.exit(main())
