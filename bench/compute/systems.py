"""The Python peers, and what a call of them costs."""

import os
import time

import numpy as np

N_NEIGHBORS = 15
MIN_DIST = 0.1
KNN = 15
MIN_CLUSTER_SIZE = 25
MIN_SAMPLES = 5


def resident(field):
    """Bytes of memory of this process: VmRSS now, VmHWM at its peak. None where there is no /proc."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field))
    except (OSError, StopIteration):
        return None


def measured(work):
    """The result of `work()`, and the seconds of the clock and of the processor and the memory that it took."""
    try:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")  # the peak starts anew
    except OSError:
        pass
    before, clock = os.times(), time.perf_counter()
    result = work()
    seconds, after = time.perf_counter() - clock, os.times()
    cpu = after.user + after.system - before.user - before.system
    return result, {"seconds": seconds, "cpuSeconds": cpu, "peakBytes": resident("VmHWM")}


# Each takes data and parameters, and returns its result and, where it tells, the seconds of its stages.


def pynndescent_neighbours(vectors, _parameters):
    """With the parameters that umap-learn chooses; the row itself, which it counts as its first neighbour, is left out."""
    from pynndescent import NNDescent

    rows = len(vectors)
    index = NNDescent(
        vectors,
        n_neighbors=KNN + 1,
        metric="cosine",
        n_trees=min(64, 5 + round(rows**0.5 / 20)),
        n_iters=max(5, round(np.log2(rows))),
        max_candidates=60,
        low_memory=True,
        n_jobs=-1,
        compressed=False,
    )
    found = index.neighbor_graph[0]
    own = found == np.arange(rows)[:, None]
    own[~own.any(axis=1), -1] = True  # a row that is missing from its own list gives up the last one
    return found[~own].reshape(rows, KNN).astype(np.int32), {}


def umap_learn(vectors, parameters):
    import umap
    import umap.umap_ as stages

    took = {}
    timed = {
        "neighbours": "nearest_neighbors",
        "graph": "fuzzy_simplicial_set",
        "init": "spectral_layout",
        "layout": "optimize_layout_euclidean",
    }
    originals = {name: getattr(stages, name) for name in timed.values()}

    def clocked(stage, function):
        def call(*args, **kwargs):
            clock = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                took[stage] = took.get(stage, 0) + time.perf_counter() - clock

        return call

    try:
        for stage, name in timed.items():
            setattr(stages, name, clocked(stage, originals[name]))
        model = umap.UMAP(
            n_neighbors=N_NEIGHBORS,
            min_dist=MIN_DIST,
            metric="cosine",
            n_epochs=parameters.get("epochs"),
            random_state=parameters.get("seed"),  # without a seed it uses all threads
        )
        return model.fit_transform(vectors).astype(np.float32), took
    finally:
        for name, function in originals.items():
            setattr(stages, name, function)


def hdbscan_default(layout, _parameters):
    import hdbscan

    model = hdbscan.HDBSCAN(min_cluster_size=MIN_CLUSTER_SIZE, min_samples=MIN_SAMPLES, core_dist_n_jobs=1)
    return model.fit_predict(layout).astype(np.int32), {}


def hdbscan_exact(layout, _parameters):
    """Its default is an approximate spanning tree."""
    import hdbscan

    model = hdbscan.HDBSCAN(
        min_cluster_size=MIN_CLUSTER_SIZE, min_samples=MIN_SAMPLES, core_dist_n_jobs=1, approx_min_span_tree=False
    )
    return model.fit_predict(layout).astype(np.int32), {}


def fast_hdbscan(layout, _parameters):
    import fast_hdbscan

    model = fast_hdbscan.HDBSCAN(min_cluster_size=MIN_CLUSTER_SIZE, min_samples=MIN_SAMPLES)
    return model.fit_predict(layout).astype(np.int32), {}


def scikit_kmeans(vectors, parameters):
    from sklearn.cluster import KMeans

    model = KMeans(parameters["clusters"], n_init=1, random_state=parameters.get("seed"))
    return model.fit_predict(vectors).astype(np.int32), {}


# The first of a stage is the one that a command means.
SYSTEMS = {
    ("knn", "pynndescent"): pynndescent_neighbours,
    ("umap", "umap-learn"): umap_learn,
    ("hdbscan", "fast_hdbscan"): fast_hdbscan,
    ("hdbscan", "hdbscan"): hdbscan_default,
    ("hdbscan", "hdbscan-exact"): hdbscan_exact,
    ("kmeans", "scikit-learn"): scikit_kmeans,
}
# What a person imports; it is timed apart from the first call.
IMPORTS = {"pynndescent": "pynndescent", "umap-learn": "umap", "hdbscan": "hdbscan", "hdbscan-exact": "hdbscan"}
IMPORTS |= {"fast_hdbscan": "fast_hdbscan", "scikit-learn": "sklearn.cluster"}
