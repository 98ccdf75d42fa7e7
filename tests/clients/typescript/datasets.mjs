// Make a dataset, change it and read it page by page; print what was read.
import {
  appendExamples,
  createDataset,
  deleteDataset,
  deleteDatasetExamples,
  getDataset,
  listDatasetExamples,
  listDatasets,
  updateDataset,
  updateExamples,
} from "@arizeai/ax-client";

const [name, rows] = [process.argv[2], JSON.parse(process.argv[3])];
const space = "demo";

const made = await createDataset({ space, name, examples: rows });
const created = await listDatasetExamples({ dataset: made.id });
const appended = await appendExamples({ dataset: name, space, examples: [{ n: 1 }] });
await updateExamples({
  dataset: made.id,
  examples: [{ id: appended.exampleIds[0], n: 2 }],
  newVersion: "second",
});
const pages = [];
let cursor;
do {
  const page = await listDatasetExamples({ dataset: made.id, limit: 2, cursor });
  pages.push(page.data);
  cursor = page.pagination.nextCursor ?? undefined;
} while (cursor);
const { versions } = await getDataset({ dataset: name, space });
const older = await listDatasetExamples({
  dataset: made.id,
  datasetVersionId: versions[1].id,
});
const removed = await deleteDatasetExamples({
  dataset: made.id,
  datasetVersionId: versions[0].id,
  examples: [created.data[0].id],
});
const left = await listDatasetExamples({ dataset: made.id });
const renamed = await updateDataset({ dataset: made.id, name: `${name} 2` });
const listed = await listDatasets({ space, name });
await deleteDataset({ dataset: made.id });
const afterwards = await listDatasets({ space, name });

console.log(
  JSON.stringify({
    made,
    created: created.data,
    pages,
    versions: versions.map((version) => version.name),
    older: older.data,
    removed,
    left: left.data,
    renamed,
    listed: listed.data,
    afterwards: afterwards.data,
  }),
);
