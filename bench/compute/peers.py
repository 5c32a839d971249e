"""The Python peers, and the judge of everybody's results.

`peers.py serve` answers requests, one JSON object a line on standard input, with one a line on standard output; run.mjs speaks to it.
The other commands do one thing and print JSON:

    peers.py knn      --vectors X.f32 --rows 10000 --dimensions 384 [--out N.i32]
    peers.py umap     --vectors X.f32 --rows 10000 --dimensions 384 [--epochs 500] [--seed 1] [--out Y.f32]
    peers.py kmeans   --vectors X.f32 --rows 10000 --dimensions 384 --clusters 100 [--out L.i32]
    peers.py hdbscan  --layout Y.f32 --rows 10000 [--system fast_hdbscan] [--out L.i32]
    peers.py quality  --vectors X.f32 --rows 10000 --dimensions 384 --layout Y.f32 [--labels L.json]
    peers.py recall   --vectors X.f32 --rows 10000 --dimensions 384 --neighbours N.i32
    peers.py self-check

Vectors and layouts are float32, neighbours (rows x 15) and labels of clusters int32, each row after row without a header; known labels
are a JSON array.
"""

import argparse
import importlib
import importlib.metadata
import json
import os
import sys
import warnings

import numpy as np
from systems import IMPORTS, KNN, SYSTEMS, measured, resident

CACHE = os.path.join(os.path.dirname(os.path.abspath(__file__)), ".cache", "exact")
PACKAGES = ["umap-learn", "pynndescent", "numba", "llvmlite", "tbb", "hdbscan", "fast_hdbscan"]
PACKAGES += ["numpy", "scipy", "scikit-learn"]


def read(path, rows, dimensions, kind=np.float32):
    values = np.fromfile(path, dtype=kind, count=rows * dimensions)
    if len(values) != rows * dimensions:
        raise ValueError(f"{path} has {len(values)} numbers, fewer than {rows} x {dimensions}.")
    return values.reshape(rows, dimensions)


class Desk:
    """Answers requests; keeps the data in memory between them."""

    def __init__(self):
        self.system = None
        self.data = None
        self.judge = None

    def start(self, system):
        """Imports a system; what it costs is told apart from its first call."""
        self.system = system
        _, cost = measured(lambda: importlib.import_module(IMPORTS[system]))
        return cost

    def load(self, path, rows, dimensions):
        self.data = read(path, rows, dimensions)
        return {"residentBytes": resident("VmRSS")}

    def run(self, stage, out=None, **parameters):
        (result, stages), cost = measured(lambda: SYSTEMS[stage, self.system](self.data, parameters))
        if out:
            result.tofile(out)
        return {**cost, "stages": stages}

    def conditions(self):
        import numba
        import threadpoolctl

        try:
            layer = numba.threading_layer()
        except ValueError:  # nothing parallel has run yet
            layer = None
        return {
            "versions": {"python": sys.version.split()[0]} | {name: importlib.metadata.version(name) for name in PACKAGES},
            "threads": f"numba {layer} {numba.get_num_threads()}" if layer else "",
            "blas": [
                f"{pool['internal_api']} {pool.get('architecture', '')} {pool['num_threads']}"
                for pool in threadpoolctl.threadpool_info()
                if pool["user_api"] == "blas"
            ],
        }

    def judge_load(self, path, rows, dimensions):
        from quality import Judge

        self.judge = Judge(read(path, rows, dimensions), CACHE)
        self.data = None

    def recall(self, neighbours):
        return {"recall": self.judge.recall(read(neighbours, self.judge.rows, KNN, np.int32))}

    def layout(self, layout, labels=None):
        if labels:
            with open(labels) as file:
                _, labels = np.unique(json.load(file)[: self.judge.rows], return_inverse=True)
        return self.judge.layout(read(layout, self.judge.rows, 2), labels)

    def agreement(self, labels):
        from quality import agreement

        return agreement({name: np.fromfile(path, dtype=np.int32) for name, path in labels.items()})

    def clusters(self, labels):
        found = np.fromfile(labels, dtype=np.int32)
        return {"clusters": int(found.max() + 1), "noise": float(np.mean(found < 0))}

    def inertia(self, path, rows, dimensions, labels):
        from quality import inertia

        return {"inertia": inertia(read(path, rows, dimensions), np.fromfile(labels, dtype=np.int32))}


def serve():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not mix with the answers
    desk = Desk()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"result": getattr(desk, request["call"])(**request.get("arguments", {}))}
        except Exception as error:  # the other side decides what it means
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


def self_check():
    """The judge against scikit-learn, where all rows are sampled."""
    from quality import Judge
    from sklearn.manifold import trustworthiness
    from sklearn.neighbors import NearestNeighbors

    random = np.random.default_rng(1)
    vectors = (random.normal(size=(900, 32)) + 3 * random.normal(size=(9, 32)).repeat(100, 0)).astype(np.float32)
    layout = (vectors[:, :2] + random.normal(size=(900, 2))).astype(np.float32)
    judge = Judge(vectors)
    ours = judge.layout(layout)["trustworthiness"]
    reference = trustworthiness(vectors, layout, n_neighbors=15, metric="cosine")
    exact = NearestNeighbors(n_neighbors=16, metric="cosine").fit(vectors).kneighbors(return_distance=False)
    return {"trustworthiness": ours, "scikit-learn": reference, "recall of exact neighbours": judge.recall(exact)}


def command(options):
    if options.command == "self-check":
        return self_check()
    desk = Desk()
    if options.command == "hdbscan":
        desk.load(options.layout, options.rows, 2)
    elif options.command in ("quality", "recall"):
        desk.judge_load(options.vectors, options.rows, options.dimensions)
        if options.command == "recall":
            return desk.recall(options.neighbours)
        return desk.layout(options.layout, options.labels)
    else:
        desk.load(options.vectors, options.rows, options.dimensions)
    system = options.system or next(system for stage, system in SYSTEMS if stage == options.command)
    desk.start(system)
    parameters = {name: getattr(options, name) for name in ("epochs", "seed", "clusters")}
    calls = [desk.run(options.command, options.out, **parameters) for _ in range(options.repetitions)]
    return {"system": system, "first": calls[0], "warm": calls[1:], **desk.conditions()}


def with_own_libraries():
    """Starts anew where numba finds pip's tbb, and where BLAS may choose its kernels for this processor."""
    libraries = os.path.join(sys.prefix, "lib")
    path = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    chosen = {name for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE") if name in os.environ}
    if libraries in path and not chosen:
        return
    environment = {name: value for name, value in os.environ.items() if name not in chosen}
    environment["LD_LIBRARY_PATH"] = os.pathsep.join([libraries, *filter(None, path)])
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)


def main():
    with_own_libraries()
    warnings.filterwarnings("ignore", category=FutureWarning)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = ["serve", "self-check", "knn", "umap", "kmeans", "hdbscan", "quality", "recall"]
    parser.add_argument("command", choices=commands)
    for name in ("vectors", "layout", "labels", "neighbours", "system", "out"):
        parser.add_argument(f"--{name}")
    for name in ("rows", "dimensions", "epochs", "seed", "clusters"):
        parser.add_argument(f"--{name}", type=int)
    parser.add_argument("--repetitions", type=int, default=2)
    options = parser.parse_args()
    if options.command == "serve":
        serve()
    else:
        print(json.dumps(command(options), indent=2))


if __name__ == "__main__":
    main()
