"""The part `emulator` of the benchmark: ours beside the Clerk service of npm's `emulate`, beside its own signing key,
and beside itself with few users and without a journal."""

import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.parse

from measuring import BENCH, ROOT, check, in_turn, install_ours, need, output, release, row
from projects import free_port

# `emulate` needs a newer Node than many systems have, so it gets one of its own.
OTHERS = {"emulate": "0.12.2", "node": "24.21.0"}
FEW, MANY = 100, 10_000
ORIGIN = "http://localhost:3000"
SEED = """clerk:
  users:
    - first_name: Ada
      last_name: Lovelace
      email_addresses: [ada@example.com]
      password: a-password-of-hers
"""

# It takes any key, and answers 5,000 requests an hour of each.
RATIONED = """local sent = 0
request = function()
  sent = sent + 1
  wrk.headers["Authorization"] = "Bearer sk_test_" .. math.floor(sent / 4000)
  return wrk.format()
end"""


class Process:
    """An emulator that runs: its addresses, its key, what it has used."""

    def __init__(self, argv, folder, ports, secret, cores=None, is_rationed=False):
        self.backend, self.secret, self.is_rationed = ports[-1], secret, is_rationed
        self.frontend = ports[0]
        start = time.perf_counter()
        self.process = subprocess.Popen(argv, cwd=folder, env={"PATH": os.environ["PATH"], "HOME": str(folder)},
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if cores:
            os.sched_setaffinity(self.process.pid, cores)
        while True:
            try:
                self.users(1)
                break
            except OSError:
                time.sleep(0.001)
            if self.process.poll() is not None or time.perf_counter() - start > 60:
                sys.exit(f"bench/run: {argv[0]} did not start")
        self.started = time.perf_counter() - start

    def ask(self, method, target, body=None, port=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.backend, timeout=30)
        kept = {"Authorization": f"Bearer {self.secret}", **dict(headers)}
        if isinstance(body, dict) and "Content-Type" not in kept:
            body, kept["Content-Type"] = json.dumps(body), "application/json"
        connection.request(method, target, body, kept)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 400:
            sys.exit(f"bench/run: {method} {target} was answered {answer.status}: {text[:300]}")
        return json.loads(text)

    def users(self, limit):
        found = self.ask("GET", f"/v1/users?limit={limit}")
        return found["data"] if isinstance(found, dict) else found

    def cpu(self):
        """User and system time in seconds; /proc counts hundredths."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """MiB in use now."""
        said = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", said)[1]) / 1024

    def load(self, target, seconds=4, method="GET", body="", port=None, headers=()):
        """(requests a second, microseconds of the emulator's CPU for each)."""
        script = BENCH / "emulator" / "load.lua"
        lines = [f'wrk.method = "{method}"', f'wrk.body = {json.dumps(body)}',
                 f'wrk.headers["Authorization"] = "Bearer {self.secret}"']
        lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in dict(headers).items()]
        if self.is_rationed:
            lines.append(RATIONED)
        script.write_text("\n".join(lines) + "\n")
        before = self.cpu()
        said = output("taskset", "-c", "1", "wrk", "-t1", "-c8", f"-d{seconds}s", "-s", script,
                      f"http://127.0.0.1:{port or self.backend}{target}").stdout
        used = self.cpu() - before
        if "Non-2xx" in said:
            sys.exit(f"bench/run: {target} was refused:\n{said}")
        requests = int(re.search(r"(\d+) requests in", said)[1])
        return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), used / requests * 1e6

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)


def installed_others():
    folder = BENCH / "emulate"
    folder.mkdir(parents=True, exist_ok=True)
    packages = [f"{name}@{version}" for name, version in OTHERS.items()]
    check("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, *packages)
    (folder / "seed.yaml").write_text(SEED)
    return folder


def theirs(folder):
    port = free_port()
    node, program = folder / "node_modules/node/bin/node", folder / "node_modules/emulate/dist/index.js"
    argv = [str(node), str(program), "start", "--service", "clerk", "--seed", "seed.yaml", "--port", str(port)]
    return Process(argv, folder, [port], "sk_test_emulate", is_rationed=True)


def project(ours):
    """A project with local keys, whose signing key is made."""
    folder = BENCH / "emulator" / "project"
    shutil.rmtree(folder, ignore_errors=True)
    check(ours, "init", folder, "--keys", "local", "--yes", "--no-git")
    secret = re.search(r"^CLERK_SECRET_KEY=(\S+)", (folder / ".env").read_text(), re.M)[1].strip("\"'")
    return folder, secret


def journal(state):
    return ["--state", str(state)] if state else []


def own(ours, folder, secret, *arguments, cores=None):
    ports = [free_port(), free_port()]
    fresh = [] if "--deterministic" in arguments else ["--fresh"]
    argv = [ours, "emulator", *fresh, "--port", str(ports[0]), "--backend-port", str(ports[1]), *arguments]
    return Process(argv, folder, ports, secret, cores)


def peopled(emulator, users, organizations):
    """Makes them, each organization with five members, as many as a new instance allows; answers the ids of the users."""
    ids = []
    for number in range(users):
        body = {"email_address": [f"person-{number}@example.com"], "first_name": "Person", "last_name": str(number),
                "skip_password_requirement": True}
        ids.append(emulator.ask("POST", "/v1/users", body)["id"])
    for number in range(organizations):
        first = number * 10 % users
        made = emulator.ask("POST", "/v1/organizations", {"name": f"Organization {number}", "created_by": ids[first]})
        for member in ids[first + 1:first + 5]:
            emulator.ask("POST", f"/v1/organizations/{made['id']}/memberships", {"user_id": member, "role": "org:member"})
    return ids


def signed_in(emulator):
    """A browser with a session: the target of its token refreshes."""
    user = emulator.ask("POST", "/v1/users", {"email_address": ["browser@example.com"], "skip_password_requirement": True})
    ticket = emulator.ask("POST", "/v1/sign_in_tokens", {"user_id": user["id"]})["token"]
    page = {"Origin": ORIGIN, "Authorization": "", "Content-Type": "application/x-www-form-urlencoded"}
    ask = lambda target, form: emulator.ask("POST", target, urllib.parse.urlencode(form), emulator.frontend, page)
    browser = urllib.parse.quote(ask("/v1/dev_browser", {})["id"])
    made = ask(f"/v1/client/sign_ins?__clerk_db_jwt={browser}", {"strategy": "ticket", "ticket": ticket})
    return f"/v1/client/sessions/{made['response']['created_session_id']}/tokens?__clerk_db_jwt={browser}"


def beside_emulate(ours, folder, secret):
    others = installed_others()

    def once(start):
        def run():
            emulator = start()
            memory = emulator.memory()
            user = (emulator.users(1) or [{}])[0].get("id") or peopled(emulator, 1, 0)[0]
            _, micros = emulator.load(f"/v1/users/{user}")
            emulator.stop()
            return emulator.started, memory, micros
        return run

    taken = in_turn({"ours": once(lambda: own(ours, folder, secret)), "theirs": once(lambda: theirs(others))}, 5)
    (start, rest, micros), (their_start, their_rest, their_micros) = taken["ours"], taken["theirs"]
    other = f"`emulate` {OTHERS['emulate']}"
    row("emulator, from start to the first answer", f"{start * 1e3:.0f} ms", f"{other} {their_start * 1e3:.0f} ms", f"{start / their_start:.3f}", "≤ 0.05")
    row("its memory at rest", f"{rest:.1f} MiB", f"{their_rest:.0f} MiB", f"{rest / their_rest:.2f}", "≤ 0.20")
    row("`GET /v1/users/{id}`, requests per CPU second", f"{1e6 / micros:,.0f}", f"{1e6 / their_micros:,.0f}", f"{their_micros / micros:.1f} times as many", "≥ 5")


def beside_its_key(ours, folder, secret):
    raw = float(output("taskset", "-c", "0", release(ROOT / "bench" / "mint", "mint"), "--rate", "20000").stdout)
    emulator = own(ours, folder, secret, cores={0})
    headers = {"Origin": ORIGIN, "Content-Type": "application/x-www-form-urlencoded", "Authorization": ""}
    target = signed_in(emulator)
    rates = [emulator.load(target, method="POST", port=emulator.frontend, headers=headers)[0] for _ in range(3)]
    emulator.stop()
    rate = statistics.median(rates)
    row("token refreshes, emulator on one core", f"{rate:,.0f}/s", f"RS256 signatures of `aws-lc-rs` {raw:,.0f}/s", f"{rate / raw:.2f}", "≥ 0.5")


def beside_itself(ours, folder, secret):
    small, large = own(ours, folder, secret), own(ours, folder, secret, *journal(BENCH / "emulator" / "many.jsonl"))
    peopled(small, FEW, FEW // 10)
    peopled(large, MANY, MANY // 10)
    row(f"memory with {MANY:,} users and {MANY // 10:,} organizations", f"{large.memory():.0f} MiB", "", "", "≤ 150 MiB")
    pages = {
        "a page of the list of users": "/v1/users?limit=10&offset=50",
        "a search for users": "/v1/users?limit=10&query=person-7",
        "a page of the list of organizations": "/v1/organizations?limit=5&offset=5",
        "a search for organizations": "/v1/organizations?limit=5&query=Organization%207",
    }
    for what, target in pages.items():
        taken = in_turn({"many": lambda: large.load(target, 2), "few": lambda: small.load(target, 2)}, 3)
        (_, many), (_, few) = taken["many"], taken["few"]
        row(f"{what}, CPU", f"{many:.0f} µs", f"with {FEW} users {few:.0f} µs", f"{many / few:.2f}", "≤ 3")
    small.stop()
    large.stop()


def journaled(ours, folder, secret):
    """A change of a user with and without a file that remembers it."""
    still = own(ours, folder, secret, "--deterministic", "1")
    kept = own(ours, folder, secret, *journal(BENCH / "emulator" / "kept.jsonl"))
    loads = {}
    for name, emulator in (("kept", kept), ("still", still)):
        user = peopled(emulator, 1, 0)[0]
        loads[name] = lambda emulator=emulator, user=user: emulator.load(
            f"/v1/users/{user}", 3, "PATCH", '{"first_name":"Ada"}', headers={"Content-Type": "application/json"})
    taken = in_turn(loads, 5)
    (_, with_file), (_, without) = taken["kept"], taken["still"]
    row("`PATCH /v1/users/{id}` with a journal, CPU", f"{with_file:.0f} µs", f"without {without:.0f} µs", f"{with_file / without:.2f}", "≤ 1.5")
    still.stop()
    kept.stop()


def emulator():
    need("wrk", "wrk")
    need("npm", "npm")
    ours = install_ours()
    (BENCH / "emulator").mkdir(parents=True, exist_ok=True)
    folder, secret = project(ours)
    for part in (beside_emulate, beside_its_key, beside_itself, journaled):
        part(ours, folder, secret)
