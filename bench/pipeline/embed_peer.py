"""
Embeds the texts of a JSON file by onnxruntime with the weights of the bundled gte-small: `<model folder> <texts> <most tokens> <vectors> <batches at once>`.
Batches of 32 texts of like length, mean of the tokens, unit length. One batch at once has onnxruntime's default threads; of several at once each
has one thread. Prints the seconds of its parts as JSON.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime
from tokenizers import BertWordPieceTokenizer, __version__ as tokenizers_version

BATCH = 32
folder, texts_file, most_tokens, out, at_once = sys.argv[1:]
with open(texts_file, encoding="utf-8") as f:
    texts = json.load(f)

started = time.perf_counter()
options = onnxruntime.SessionOptions()
if int(at_once) > 1:
    options.intra_op_num_threads = 1
model = os.path.join(folder, "model.onnx")
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
tokenizer = BertWordPieceTokenizer(os.path.join(folder, "vocab.txt"), lowercase=True)
tokenizer.enable_truncation(int(most_tokens))
loaded = time.perf_counter()

ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
tokenized = time.perf_counter()

inputs = {given.name for given in session.get_inputs()}
order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
vectors = np.empty((len(texts), session.get_outputs()[0].shape[-1]), np.float32)


def embed(batch):
    width = max(len(ids[i]) for i in batch)
    tokens = np.zeros((len(batch), width), np.int64)
    mask = np.zeros((len(batch), width), np.int64)
    for row, i in enumerate(batch):
        tokens[row, : len(ids[i])] = ids[i]
        mask[row, : len(ids[i])] = 1
    given = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
    (states,) = session.run([session.get_outputs()[0].name], {k: v for k, v in given.items() if k in inputs})
    weights = mask[:, :, None].astype(np.float32)
    means = (states * weights).sum(axis=1) / weights.sum(axis=1)
    vectors[batch] = means / np.linalg.norm(means, axis=1, keepdims=True)


with ThreadPoolExecutor(int(at_once)) as pool:
    # the longest first, so that none is left at the end
    list(pool.map(embed, [order[begin : begin + BATCH] for begin in range(0, len(order), BATCH)][::-1]))
embedded = time.perf_counter()
vectors.tofile(out)

seconds = {"load": loaded - started, "tokenize": tokenized - loaded, "run": embedded - tokenized}
result = {
    "seconds_of": seconds,
    "embedSeconds": embedded - started,
    "texts": len(texts),
    "tokens": sum(map(len, ids)),
    "versions": {"onnxruntime": onnxruntime.__version__, "tokenizers": tokenizers_version},
}
print(json.dumps({"result": result}))
