#!/usr/bin/env python3
"""Runs a campaign in shards on HyperQueue and merges them: hq.py FILE DIR SHARDS [SERVER-DIRECTORY]

Without the directory of a server that runs, a server and a worker are started on this machine. STROMA names the program."""
import os
import sys

from hyperqueue import Client, Job, LocalCluster
from hyperqueue.cluster import WorkerConfig

campaign, out, n = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), int(sys.argv[3])
program, rest = os.environ.get("STROMA", "stroma"), [campaign, "--out", out, "--threads", "1", "--quiet"]
os.makedirs(out, exist_ok=True)
job = Job(name="stroma", default_workdir=out)
shards = [job.program([program, "sweep", *rest, "--shard", f"{i}/{n}", "--yes"]) for i in range(1, n + 1)]
job.program([program, "merge", *rest], deps=shards)
if len(sys.argv) > 4:
    client = Client(sys.argv[4])
    client.wait_for_jobs([client.submit(job)])
else:
    with LocalCluster(worker_config=WorkerConfig()) as cluster:
        client = cluster.client()
        client.wait_for_jobs([client.submit(job)])
