"""What all parts of the benchmark share: processes that are timed, runs in turn, rows of the table."""

import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCH = ROOT / "target" / "bench"


def say(text):
    print(text, file=sys.stderr, flush=True)


def need(command, package):
    if shutil.which(command):
        return
    sudo = [] if os.getuid() == 0 else ["sudo"]
    if not shutil.which("apt-get"):
        sys.exit(f"bench/run: {command} is missing; install the package {package}")
    say(f"installing {package} (no {command} here): apt-get install {package}")
    subprocess.run([*sudo, "apt-get", "install", "-qy", package], check=True, stdout=subprocess.DEVNULL)


def check(*argv, cwd=ROOT, env=None):
    """Runs to the end, talk to stderr; a failure ends the benchmark."""
    subprocess.run([str(a) for a in argv], cwd=cwd, env=env, check=True, stdout=sys.stderr)


def output(*argv, cwd=ROOT, env=None):
    return subprocess.run([str(a) for a in argv], cwd=cwd, env=env, check=True, text=True, capture_output=True)


def run_once(argv, cwd, env, stdin=os.devnull, cores=None):
    """(wall, CPU) in seconds of a process with all the children it waited for."""
    files = [(os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0)]
    files += [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    os.chdir(cwd)
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(all_cores)[:cores])
    start = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=files)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    os.sched_setaffinity(0, all_cores)
    if status != 0:
        sys.exit(f"bench/run: {' '.join(argv)} in {cwd} failed")
    return wall, usage.ru_utime + usage.ru_stime


def memory(argv, stdin=os.devnull):
    """MiB at its highest. Through GNU time, since a process inherits this figure from the one that starts it."""
    with open(stdin) as file:
        said = subprocess.run(["/usr/bin/time", "-f", "%M", *argv], cwd="/", env={}, stdin=file, check=True, text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr
    return int(said.splitlines()[-1]) / 1024


def in_turn(candidates, rounds):
    """Calls each function once a round; the median of each one's results, member by member."""
    results = {name: [] for name in candidates}
    for number in range(rounds):
        # Alternate who goes first: what a neighbour leaves in the caches is then nobody's gain.
        for name in list(candidates) if number % 2 else reversed(list(candidates)):
            results[name].append(candidates[name]())
    return {name: tuple(map(statistics.median, zip(*rows))) for name, rows in results.items()}


def row(what, ours, other, ratio, limit):
    print(f"| {what} | {ours} | {other} | {ratio} | {limit} |", flush=True)


def install_ours():
    """The binary as a user gets it."""
    check("cargo", "install", "--quiet", "--locked", "--path", ROOT, "--root", BENCH / "installed",
          "--target-dir", BENCH / "target", "--force")
    return str(BENCH / "installed" / "bin" / "clerk-rs")


def crate(name, source):
    """A crate without dependencies, built in release as any Rust program is."""
    folder = BENCH / name
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "Cargo.toml").write_text(f'[package]\nname = "{name}"\nedition = "2024"\n\n[workspace]\n')
    (folder / "src" / "main.rs").write_text(source)
    return release(folder, name)


def release(folder, name):
    target = BENCH / "target"
    check("cargo", "build", "--quiet", "--release", "--target-dir", target, cwd=folder)
    return str(target / "release" / name)


def instructions(*argv):
    said = output("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *argv).stderr
    return int(re.search(r"Collected : (\d+)", said).group(1))
