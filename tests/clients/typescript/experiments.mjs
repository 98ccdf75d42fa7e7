// Log experiments with and without a dataset; print what was read.
import {
  appendExperimentRuns,
  createDataset,
  createExperiment,
  deleteExperiment,
  getExperiment,
  listDatasetExamples,
  listExperimentRuns,
  listExperiments,
} from "@arizeai/ax-client";

const name = process.argv[2];
const space = "demo";

const dataset = await createDataset({
  space,
  name,
  examples: [{ question: "1+1" }, { question: "2+2" }, { question: "3+3" }],
});
const examples = (await listDatasetExamples({ dataset: dataset.id })).data;
const made = await createExperiment({
  experimentName: "first",
  dataset: name,
  space,
  experimentRuns: examples.slice(0, 2).map((example, i) => ({
    exampleId: example.id,
    output: `answer ${i} ✓`,
    "eval.exact.score": i / 2,
    "eval.exact.label": i ? "right" : "wrong",
    tokens: 7 + i,
    metadata: { model: "m", parts: [1, 2.5, null] },
  })),
});
const appended = await appendExperimentRuns({
  experiment: "first",
  dataset: dataset.id,
  experimentRuns: [{ exampleId: examples[2].id, output: "later", error: "late" }],
});
const pages = [];
let cursor;
do {
  const page = await listExperimentRuns({ experiment: made.id, limit: 2, cursor });
  pages.push(page.data);
  cursor = page.pagination.nextCursor ?? undefined;
} while (cursor);
const found = await getExperiment({ experiment: "first", dataset: name, space });
const listed = await listExperiments({ dataset: dataset.id });
const alone = await createExperiment({
  experimentName: `${name} alone`,
  space,
  experimentRuns: [{ output: "42" }],
});
const aloneRuns = await listExperimentRuns({ experiment: `${name} alone`, space });
await deleteExperiment({ experiment: "first", dataset: dataset.id });
const afterwards = await listExperiments({ dataset: dataset.id });

console.log(
  JSON.stringify({
    exampleIds: examples.map((example) => example.id),
    made,
    appended,
    pages,
    found,
    listed: listed.data,
    alone,
    aloneRuns: aloneRuns.data,
    afterwards: afterwards.data,
  }),
);
