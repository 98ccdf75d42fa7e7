// Evaluate an experiment by a task; print the runs of the task and of the experiment.
import {
  createTask,
  deleteTask,
  getTask,
  listExperimentRuns,
  listTaskRuns,
  triggerTaskRun,
  waitForTaskRun,
} from "@arizeai/ax-client";

const [name, dataset, experiment, evaluatorId] = process.argv.slice(2);
const task = await createTask({
  name,
  type: "TEMPLATE_EVALUATION",
  dataset,
  experimentIds: [experiment],
  evaluators: [{ evaluatorId, columnMappings: { answer: "output" } }],
});

async function finished(options) {
  const run = await triggerTaskRun({ task: task.id, ...options });
  return waitForTaskRun({ runId: run.id, pollInterval: 200, timeout: 60_000 });
}

const first = await finished({});
const runs = (await listExperimentRuns({ experiment })).data;
const again = await finished({});
const overridden = await finished({ overrideEvaluations: true });
const found = await getTask({ task: name, space: "demo" });
const listed = (await listTaskRuns({ task: task.id })).data;
await deleteTask({ task: task.id });

console.log(JSON.stringify({ task, first, runs, again, overridden, found, listed }));
