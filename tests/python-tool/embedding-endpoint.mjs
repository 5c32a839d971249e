// An embedding model behind the OpenAI API: POST <url>/embeddings answers with the vectors of the bundled static model. A process of its own
// that prints its url and serves until it is ended: node tests/python-tool/embedding-endpoint.mjs
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { root } from "../../scripts/run-command.mjs";

const { staticModel } = createRequire(import.meta.url)(path.join(root, "dist", "pipeline", "embed", "static"));
const model = staticModel({});

async function embed(texts) {
  const vectors = [];
  await model.embed(texts, {
    known: () => false,
    deliver: (positions, batch) => {
      const dimensions = batch.length / positions.length;
      Array.from(positions).forEach((position, i) => {
        vectors[position] = batch.slice(i * dimensions, (i + 1) * dimensions);
      });
    },
  });
  return vectors;
}

const server = createServer((request, response) => {
  void answer(request).then(
    (body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
    (error) => response.writeHead(500).end(String(error)),
  );
});

async function answer(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const { input, model: name, encoding_format: format } = JSON.parse(Buffer.concat(parts).toString("utf8"));
  const vectors = await embed([input].flat());
  const data = vectors.map((vector, index) => ({
    object: "embedding",
    index,
    embedding: format === "base64" ? Buffer.from(vector.buffer).toString("base64") : Array.from(vector),
  }));
  return { object: "list", data, model: name, usage: { prompt_tokens: 0, total_tokens: 0 } };
}

server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/v1`));
