"""Labels of classes of texts as BERTopic's default makes them, and stems of words.

    peers.py IN.json OUT.json       IN: {"runs": [[[text]]]}; OUT: {"BERTopic": [[label]], "BERTopic, stop words": [[label]]}
    peers.py stems IN.json OUT.json IN: [word]; OUT: {word: stem}
    peers.py folder                 prints where the labelled collections are
"""

import importlib.util
import json
import sys
import sysconfig
from pathlib import Path

PACKAGES = Path(sysconfig.get_paths()["purelib"])
LABEL_WORDS = 3


def transformer():
    """BERTopic's ClassTfidfTransformer, without importing all of BERTopic."""
    file = PACKAGES / "bertopic" / "vectorizers" / "_ctfidf.py"
    spec = importlib.util.spec_from_file_location("ctfidf", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ClassTfidfTransformer()


def labels(classes, stop_words):
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(stop_words=stop_words)
    counts = vectorizer.fit_transform([" ".join(texts) for texts in classes])
    scores = transformer().fit(counts).transform(counts).toarray()
    words = vectorizer.get_feature_names_out()
    return ["_".join(words[i] for i in (-row).argsort(kind="stable")[:LABEL_WORDS]) for row in scores]


def stems(words):
    import snowballstemmer

    stemmer = snowballstemmer.stemmer("english")
    return {word: stemmer.stemWord(word) for word in words}


def main(what, *files):
    if what == "folder":
        print(PACKAGES / "orangecontrib" / "text" / "datasets")
        return
    source, target = files if what == "stems" else (what, *files)
    given = json.loads(Path(source).read_text("utf8"))
    found = (
        stems(given)
        if what == "stems"
        else {
            "BERTopic": [labels(classes, None) for classes in given["runs"]],
            "BERTopic, stop words": [labels(classes, "english") for classes in given["runs"]],
        }
    )
    Path(target).write_text(json.dumps(found), "utf8")


main(*sys.argv[1:])
