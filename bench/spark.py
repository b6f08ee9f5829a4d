"""Batches of tokens in Apache Spark: the recipe of docs/batch.md beside what one writes with PyJWT, in a cluster of two
executors on this machine, and beside the tool alone. `spark.py FOLDER TOOL` is what runs in Spark."""

import json
import os
import pathlib
import subprocess
import sys
import time

from measuring import BENCH, ROOT, check, in_turn, install_ours, need, release, row, run_once

# Of each with what it was tried.
PACKAGES = ["pyspark==4.3.0", "pandas==2.3.3", "pyarrow==26.0.1", "pyjwt[crypto]==2.15.1", "cryptography==50.0.2"]
CLUSTER = "local-cluster[2,1,2048]"
DISTINCT = 100_000
# The tokens come again only when the tool has forgotten them.
TIMES = 10


def recipe():
    """The function of docs/batch.md."""
    text = (ROOT / "docs" / "batch.md").read_text()
    return text.split("```python\n")[1].split("```")[0]


def jobs(folder, tool):
    """The two functions for `mapInArrow`. They are made here, not imported, so that Spark sends them along."""
    import jwt
    import pyarrow

    ours = {"__name__": "__main__"}
    exec(recipe(), ours)
    ours["VERIFY"] = [tool, *ours["VERIFY"][1:-1], f"{folder}/jwks.json"]
    pem = pathlib.Path(folder, "key.pem").read_text()

    def with_pyjwt(batches):
        # The key is read once: from a text it would be made anew for each token.
        key = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).prepare_key(pem)
        for rows in batches:
            verdicts = []
            for token in rows["token"].to_pylist():
                try:
                    jwt.decode(token, key, algorithms=["RS256"])
                    verdicts.append("valid")
                except jwt.InvalidTokenError:
                    verdicts.append("invalid")
            reasons = ["session"] * len(verdicts)
            yield rows.append_column("verdict", pyarrow.array(verdicts)).append_column("reason", pyarrow.array(reasons))

    return {"ours": ours["with_verdicts"], "pyjwt": with_pyjwt}


def in_spark(folder, tool):
    """Seconds of each job, for each file, without Spark's own start; all tokens have to be valid."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(CLUSTER).config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.files.maxPartitionBytes", "16m").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    functions = jobs(folder, tool)

    def run(name, file):
        tokens = spark.read.text(f"{folder}/{file}").withColumnRenamed("value", "token")
        start = time.perf_counter()
        found = tokens.mapInArrow(functions[name], "token string, verdict string, reason string")
        counts = {line["verdict"]: line["count"] for line in found.groupBy("verdict").count().collect()}
        seconds = time.perf_counter() - start
        assert list(counts) == ["valid"], counts
        return seconds, counts["valid"]

    for name in functions:
        run(name, "few")
    rates = {name: [] for name in functions}
    for _ in range(3):
        for name, file in (("ours", "many"), ("pyjwt", "tokens")):
            seconds, count = run(name, file)
            rates[name].append(count / seconds)
    spark.stop()
    print(json.dumps({name: sorted(all)[len(all) // 2] for name, all in rates.items()}))


def python():
    """A Python with the packages."""
    folder = BENCH / "spark"
    done = folder / "-".join(PACKAGES).replace("/", "")
    if not done.exists():
        check(sys.executable, "-m", "venv", folder)
        check(folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES)
        done.touch()
    return folder / "bin" / "python"


def spark():
    need("java", "openjdk-17-jre-headless")
    ours, interpreter = install_ours(), python()
    folder = BENCH / "spark-tokens"
    check(release(ROOT / "bench" / "mint", "mint"), folder, DISTINCT)
    tokens = (folder / "tokens").read_text()
    (folder / "many").write_text(tokens * TIMES)
    (folder / "few").write_text("".join(tokens.splitlines(keepends=True)[:2000]))
    env = {**os.environ, "PYSPARK_PYTHON": str(interpreter), "SPARK_LOCAL_IP": "127.0.0.1"}
    said = subprocess.run([interpreter, __file__, folder, ours], env=env, cwd=folder, check=True, text=True, stdout=subprocess.PIPE)
    rates = json.loads(said.stdout.splitlines()[-1])
    alone = [ours, "token", "verify", "--batch", "--quiet", "--jwks", str(folder / "jwks.json")]
    wall = in_turn({"alone": lambda: run_once(alone, "/", {}, folder / "many")}, 3)["alone"][0]
    alone = DISTINCT * TIMES / wall
    name = "`token verify --batch` in Spark, two executors of one core"
    row(name, f"{rates['ours']:,.0f}/s", f"PyJWT in Spark {rates['pyjwt']:,.0f}/s", f"{rates['ours'] / rates['pyjwt']:.2f} times as fast", "≥ 2")
    row("the same", f"{rates['ours']:,.0f}/s", f"alone, {os.cpu_count()} cores {alone:,.0f}/s", f"{rates['ours'] / alone:.2f}", "≥ 0.6")


if __name__ == "__main__":
    in_spark(*sys.argv[1:])
