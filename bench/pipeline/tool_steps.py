"""The steps of the Python tool in one process, as a notebook calls them: `<dataset> <table> <least cluster size>`; prints the seconds of each as JSON."""

import json
import os
import sys
import time

dataset, table, samples = sys.argv[1:]
seconds = {}


def timed(step, work):
    started = time.perf_counter()
    work()
    seconds[step] = time.perf_counter() - started


def ingest():
    from latentscope.scripts.ingest import ingest_file

    ingest_file(dataset, table, "text")


def embed():
    import numpy as np
    import pandas as pd
    from latentscope.scripts.embed import import_embeddings

    frame = pd.read_parquet(os.path.join(os.environ["LATENT_SCOPE_DATA"], dataset, "input.parquet"))
    import_embeddings(dataset, np.stack(frame["numbers"].to_numpy()), "", "text")


def umap():
    from latentscope.scripts.umapper import umapper

    umapper(dataset, "embedding-001", 25, 0.1)


def cluster():
    from latentscope.scripts.cluster import clusterer

    clusterer(dataset, "umap-001", int(samples), 5, 0.005, None, method="hdbscan")


def save():
    from latentscope.scripts.scope import scope

    scope(dataset, "embedding-001", "umap-001", "cluster-001", "default", "Sentences", "")


started = time.perf_counter()
for step in (ingest, embed, umap, cluster, save):
    timed(step.__name__, step)
print(json.dumps({"result": {"callSeconds": time.perf_counter() - started, "steps": seconds}}), flush=True)
