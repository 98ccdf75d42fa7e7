// Make annotation configs, annotate runs and examples; print what was read.
import {
  annotateDatasetExamples,
  annotateExperimentRuns,
  createCategoricalAnnotationConfig,
  createContinuousAnnotationConfig,
  createDataset,
  createExperiment,
  createFreeformAnnotationConfig,
  deleteAnnotationConfig,
  getAnnotationConfig,
  listAnnotationConfigs,
  listDatasetExamples,
  listExperimentRuns,
} from "@arizeai/ax-client";

const name = process.argv[2];
const space = "demo";

await createContinuousAnnotationConfig({
  name: `${name} quality`,
  space,
  minimumScore: 0,
  maximumScore: 1,
  optimizationDirection: "MAXIMIZE",
});
await createCategoricalAnnotationConfig({
  name: `${name} verdict`,
  space,
  values: [
    { label: "right", score: 1 },
    { label: "wrong", score: 0 },
  ],
});
await createFreeformAnnotationConfig({ name: `${name} notes`, space });
const configs = await listAnnotationConfigs({ space, name });
const config = await getAnnotationConfig({
  annotationConfig: `${name} verdict`,
  space,
});

const dataset = await createDataset({ space, name, examples: [{ q: "a" }, { q: "b" }] });
const examples = (await listDatasetExamples({ dataset: dataset.id })).data;
const experiment = await createExperiment({
  experimentName: "first",
  dataset: dataset.id,
  experimentRuns: examples.map((e) => ({ exampleId: e.id, output: e.q })),
});
const runs = (await listExperimentRuns({ experiment: experiment.id })).data;
const values = [
  { name: `${name} quality`, score: 0.75 },
  { name: `${name} verdict`, label: "right" },
  { name: `${name} notes`, text: "schön" },
];
await annotateExperimentRuns({
  experiment: experiment.id,
  annotations: [{ recordId: runs[1].id, values }],
});
await annotateDatasetExamples({
  dataset: dataset.id,
  annotations: [{ recordId: examples[0].id, values: values.slice(0, 1) }],
});
const annotatedRuns = await listExperimentRuns({ experiment: experiment.id });
const annotatedExamples = await listDatasetExamples({ dataset: dataset.id });
await deleteAnnotationConfig({ annotationConfig: `${name} notes`, space });
const afterwards = await listAnnotationConfigs({ space, name });

console.log(
  JSON.stringify({
    configs: configs.data,
    config,
    runs: annotatedRuns.data,
    examples: annotatedExamples.data,
    afterwards: afterwards.data.length,
  }),
);
