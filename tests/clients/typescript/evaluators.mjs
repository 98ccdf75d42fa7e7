// Make a judge and a check, add a version, list, rename and delete; print what was read.
import {
  createCodeEvaluator,
  createTemplateEvaluator,
  createTemplateEvaluatorVersion,
  deleteEvaluator,
  getEvaluator,
  getEvaluatorVersion,
  listEvaluators,
  listEvaluatorVersions,
  updateEvaluator,
} from "@arizeai/ax-client";

const [name, aiIntegrationId] = process.argv.slice(2);
const space = "demo";
const templateConfig = {
  name: "correctness",
  template: "Is {output} right about {input}?",
  includeExplanations: true,
  useFunctionCallingIfAvailable: true,
  classificationChoices: { correct: 1, incorrect: 0 },
  direction: "MAXIMIZE",
  llmConfig: {
    aiIntegrationId,
    modelName: "small",
    invocationParameters: { temperature: 0 },
    providerParameters: {},
  },
};

const made = await createTemplateEvaluator({
  name,
  space,
  commitMessage: "first",
  templateConfig,
});
const second = await createTemplateEvaluatorVersion({
  evaluator: made.id,
  commitMessage: "second",
  templateConfig: { ...templateConfig, direction: "MINIMIZE" },
});
const check = await createCodeEvaluator({
  name: `${name} check`,
  space,
  commitMessage: "first",
  codeConfig: {
    type: "MANAGED",
    name: "has number",
    managedEvaluator: "MATCHES_REGEX",
    variables: ["output"],
    staticParams: [{ name: "pattern", type: "REGEX", defaultValue: "[0-9]" }],
  },
});
const versions = await listEvaluatorVersions({ evaluator: name, space });
const version = await getEvaluatorVersion({ versionId: second.id });
const latest = await getEvaluator({ evaluator: name, space });
const renamed = await updateEvaluator({ evaluator: name, space, name: `${name} 2` });
const listed = await listEvaluators({ space, name });
await deleteEvaluator({ evaluator: made.id });
await deleteEvaluator({ evaluator: check.id });
const afterwards = await listEvaluators({ space, name });

console.log(
  JSON.stringify({
    made,
    check,
    versions: versions.data,
    version,
    latest,
    renamed,
    listed: listed.data,
    afterwards: afterwards.data,
  }),
);
