"""Generated projects as their owners meet them: the first build, from saving a file to seeing it, and from an empty
folder to the first page. Beside them the same of commit e56be7f, whose projects were the first, and of Next.js."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import typing
import urllib.error
import urllib.request

from measuring import BENCH, ROOT, check, in_turn, install_ours, need, output, row, run_once

OLD = "e56be7f"
NEXT = {"create-next-app": "16.4.3", "@clerk/nextjs": "7.9.17"}
PATIENCE = 900


def clean_env(**more):
    """What a user's shell has. Whatever this one sets for its own builds must not decide about theirs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARGO_", "CLERK_")) or name == "CARGO_HOME"}
    return kept | more


def install_old():
    """The tool of that commit, built from its own tree."""
    tree = BENCH / OLD
    if not tree.exists():
        check("git", "worktree", "prune")
        check("git", "worktree", "add", "--detach", tree, OLD)
    check("cargo", "install", "--quiet", "--locked", "--path", tree, "--root", BENCH / "installed-old",
          "--target-dir", BENCH / "target", "--force")
    return str(BENCH / "installed-old" / "bin" / "clerk-rs")


def project(tool, name, lock):
    """A new web project with the lock file that its tool's tests use, so that no day's releases decide."""
    folder = BENCH / name
    shutil.rmtree(folder, ignore_errors=True)
    check(tool, "init", folder, "--name", name, "--yes", "--no-git")
    shutil.copy(lock, folder)
    check("cargo", "fetch", "--quiet", cwd=folder)
    return folder


def pair():
    """Today's project and that of the old commit."""
    locks = [tree / "tests" / "templates" / "Cargo.lock" for tree in (ROOT, BENCH / OLD)]
    ours, old = install_ours(), install_old()
    return {"ours": (ours, project(ours, "app-now", locks[0])), "old": (old, project(old, "app-old", locks[1]))}


class Stack(typing.NamedTuple):
    """How a framework's main.rs names the middleware, and how it gets a route that answers a text."""
    middleware: str
    without: str
    route: str
    handler: str = ""


AXUM = Stack(r"\n        \.layer\((GateLayer\(|ClerkLayer::new\()[^\n]*", "",
             '\n        .route("{path}", axum::routing::get(async || "{text}"))')
STACKS = {
    "axum": AXUM,
    "actix-web": Stack(r"\n        \.wrap\(ClerkMiddleware::new\(&kit\)\)", "",
                       '\n        .route("{path}", web::get().to(async || "{text}"))'),
    "leptos": AXUM,
    "poem": Stack(r"\n    app\.with\(ClerkMiddleware::new\(kit\)\)\.boxed\(\)", "\n    app.boxed()",
                  '\n    let app = app.at("{path}", poem::endpoint::make_sync(|_| "{text}"));'),
    "rocket": Stack(r"\n        \.attach\(ClerkFairing::new\(kit\)\)", "", '\n        .mount("/", rocket::routes![added])',
                    '\n#[rocket::get("{path}")]\nfn added() -> &\'static str {{\n    "{text}"\n}}\n'),
    "salvo": Stack(r"\n    Service::new\(routes\)\.hoop\(ClerkHoop::new\(kit\)\)", "\n    Service::new(routes)",
                   '\n    let routes = routes.push(salvo::Router::with_path("{path}").get(added));',
                   '\n#[salvo::handler]\nasync fn added() -> &\'static str {{\n    "{text}"\n}}\n'),
}


def add_route(folder, path, text, with_auth=True, framework="axum"):
    """Adds a route that answers `text`, and takes the middleware away again if asked; fails when the template changed."""
    stack = STACKS[framework]
    main = folder / "src" / "main.rs"
    source = main.read_text()
    found = list(re.finditer(stack.middleware, source))
    if len(found) != 1:
        sys.exit(f"bench/run: main.rs for {framework} has not exactly one middleware; look at `STACKS`")
    layer = found[0]
    route, handler = (part.format(path=path, text=text) for part in (stack.route, stack.handler))
    end = layer.group() if with_auth else stack.without
    main.write_text(source[:layer.start()] + route + end + source[layer.end():] + handler)


def build():
    apps = pair()
    sdk = BENCH / "build-sdk"
    shutil.rmtree(sdk, ignore_errors=True)
    shutil.copytree(ROOT / "bench" / "sdk", sdk)
    check("cargo", "fetch", "--quiet", cwd=sdk)
    cargo, env = shutil.which("cargo"), clean_env()

    def cold(folder, *how):
        def run():
            shutil.rmtree(folder / "target", ignore_errors=True)
            return run_once([cargo, "build", "--offline", "--quiet", *how], folder, env)
        return run

    def told(what, ours, other, other_name, limit):
        shown = [f"{cpu:.0f} s CPU, {wall:.0f} s wall" for wall, cpu in (ours, other)]
        row(what, shown[0], f"{other_name} {shown[1]}", f"{ours[1] / other[1]:.2f}", limit)

    folders = {name: folder for name, (_, folder) in apps.items()} | {"sdk": sdk}
    debug = in_turn({name: cold(folder) for name, folder in folders.items()}, 3)
    told("first `cargo build` of the web project", debug["ours"], debug["old"], f"project of {OLD}", "≤ 0.65")
    told("the same", debug["ours"], debug["sdk"], "axum app with the SDK", "≤ 0.55")
    optimised = in_turn({name: cold(folders[name], "--release") for name in ("ours", "old")}, 3)
    told("`cargo build --release`", optimised["ours"], optimised["old"], f"project of {OLD}", "≤ 0.70")


def page(address):
    """The page as code asks for it (a browser would be sent to the handshake first), or nothing while nobody answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address), timeout=PATIENCE) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return ""


def until(seen):
    """Seconds until `seen` holds. It asks a hundred times a second."""
    start = time.perf_counter()
    while not seen():
        if time.perf_counter() - start > PATIENCE:
            sys.exit("bench/run: waited for a page that did not come")
        time.sleep(0.01)
    return time.perf_counter() - start


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def running(argv, folder, env):
    """A server with all that it starts, in a session of its own; ended as by Ctrl-C."""
    process = subprocess.Popen([str(a) for a in argv], cwd=folder, env=env, start_new_session=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            pass
        for pid, _ in session(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def session(leader):
    """(pid, fields of /proc/PID/stat behind the name) of each process of a session."""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(fields[3]) == leader:
                yield int(stat.parent.name), fields


def used(leader):
    """(CPU seconds, MiB) of a session: also of those that ended and were waited for."""
    found = list(session(leader))
    ticks = sum(int(field) for _, fields in found for field in fields[11:15])
    pages = sum(int(fields[21]) for _, fields in found)
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def save():
    apps = pair()
    for _, folder in apps.values():
        add_route(folder, "/bench", "bench-0")
        clerk = next(folder.glob("src/clerk.rs"))
        source = clerk.read_text()
        opened = source.replace('&["/", ', '&["/", "/bench", ')
        if opened == source:
            sys.exit("bench/run: PUBLIC_PATHS does not begin as expected; look at `save`")
        clerk.write_text(opened)

    def seconds(tool, folder, file, before, after, path):
        """From saving a changed line to the page that shows it; the line counts up, so that no build is known already."""
        port = free_port()
        with running([tool, "dev", "--watch"], folder, clean_env(PORT=str(port))):
            address = f"http://127.0.0.1:{port}{path}"
            until(lambda: page(address))
            for number in range(1, 8):
                text = file.read_text()
                changed = re.sub(before, lambda _: after.format(number), text, count=1)
                if changed == text:
                    sys.exit(f"bench/run: {file.name} has no line to change; look at `save`")
                file.write_text(changed)
                # The first change finds caches cold that an afternoon's work finds warm.
                taken = until(lambda: after.format(number) in page(address))
                if number > 1:
                    yield taken

    kinds = {
        "a template": ("templates/home.html", r"Try it( \d+)?", "Try it {}", "/", "≤ 0.1 s"),
        "a stylesheet": ("assets/style.css", r"^(/\* \d+ \*/)?", "/* {} */", "/assets/style.css", "≤ 0.1 s"),
        "a Rust handler": ("src/main.rs", r"bench-\d+", "bench-{}", "/bench", "≤ 0.70"),
    }
    for what, (name, before, after, path, limit) in kinds.items():
        taken = {}
        for who, (tool, folder) in apps.items():
            taken[who] = statistics.median(seconds(tool, folder, folder / name, before, after, path))
        a, b = taken["ours"], taken["old"]
        row(f"`dev --watch`, from saving {what} to the page", f"{a * 1e3:.0f} ms", f"{OLD} {b * 1e3:.0f} ms", f"{a / b:.3f}", limit)


def size(folder):
    """MiB on the disk."""
    return int(output("du", "-sk", folder).stdout.split()[0]) / 1024


def next_files(folder):
    """The steps of Clerk's guide for the App Router: middleware, provider."""
    (folder / "proxy.ts").write_text(
        "import { clerkMiddleware } from '@clerk/nextjs/server'\n\nexport default clerkMiddleware()\n\n"
        "export const config = { matcher: ['/((?!_next|.*\\\\..*).*)', '/(api|trpc)(.*)'] }\n")
    layout = folder / "app" / "layout.tsx"
    text = layout.read_text()
    wrapped = re.sub(r"\{children\}", "<ClerkProvider>{children}</ClerkProvider>", text)
    layout.write_text("import { ClerkProvider } from '@clerk/nextjs'\n" + wrapped)


def theirs(folder):
    """An empty folder to Next.js with Clerk's kit: the commands of the guide, then what changes files, then the server."""
    make = ["npx", "--yes", f"create-next-app@{NEXT['create-next-app']}", folder.name, "--ts", "--app", "--no-tailwind",
            "--no-eslint", "--no-src-dir", "--import-alias", "@/*", "--use-npm", "--disable-git", "--yes"]
    add = ["npm", "install", "--no-audit", "--no-fund", f"@clerk/nextjs@{NEXT['@clerk/nextjs']}"]
    return [(make, folder.parent), (add, folder)], lambda: next_files(folder), ["npx", "next", "dev", "-p", "{port}"]


def rust(tool, folder, lock):
    """An empty folder to ours."""
    def settle():
        shutil.copy(lock, folder)
    return [([tool, "init", folder.name, "--yes"], folder.parent)], settle, [tool, "dev"]


def first_page():
    """CPU seconds and wall of all commands until `/` answers; disk afterwards; memory a while later, at rest."""
    for command, package in (("node", "nodejs"), ("npm", "npm")):
        need(command, package)
    ours, old = install_ours(), install_old()
    ways = {
        "ours": lambda folder: rust(ours, folder, ROOT / "tests" / "templates" / "Cargo.lock"),
        "old": lambda folder: rust(old, folder, BENCH / OLD / "tests" / "templates" / "Cargo.lock"),
        "next": theirs,
    }

    def once(name):
        folder = BENCH / "first-page" / f"first-{name}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        steps, settle, serve = ways[name](folder)
        port = free_port()
        env = clean_env(PORT=str(port), NEXT_TELEMETRY_DISABLED="1")
        if name == "next":
            env |= {"NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY": "pk_test_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA",
                    "CLERK_SECRET_KEY": "sk_test_benchbenchbenchbenchbenchbenchbenchbench", "CLERK_TELEMETRY_DISABLED": "1"}
        cpu, start = 0.0, time.perf_counter()
        for argv, place in steps:
            cpu += run_once([shutil.which(argv[0]) or argv[0], *argv[1:]], place, env)[1]
        settle()
        with running([word.format(port=port) for word in serve], folder, env) as server:
            until(lambda: page(f"http://127.0.0.1:{port}/"))
            wall = time.perf_counter() - start
            cpu += used(server.pid)[0]
            time.sleep(5)
            return cpu, wall, size(folder), used(server.pid)[1]

    # Once unmeasured: caches of cargo and npm are warm then, and nothing is fetched.
    for name in ways:
        once(name)
    rows = in_turn({name: lambda name=name: once(name) for name in ways}, 3)
    for place, (what, unit) in enumerate([("CPU", "s"), ("wall", "s"), ("disk", "MiB"), ("memory of the running server", "MiB")]):
        for other, title in (("next", "Next.js"), ("old", OLD)):
            a, b = rows["ours"][place], rows[other][place]
            row(f"empty folder to first page, {what}", f"{a:.0f} {unit}", f"{title} {b:.0f} {unit}", f"{a / b:.2f}", "≤ 1" if other == "next" else "")
