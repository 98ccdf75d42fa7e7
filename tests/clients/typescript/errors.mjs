// Provoke errors; print the class and the message of each.
import {
  createClient,
  createDataset,
  createExperiment,
  getDataset,
  listSpaces,
} from "@arizeai/ax-client";

const [name, gone] = process.argv.slice(2);
const space = "demo";
const stranger = createClient({
  baseUrl: process.env.ARIZE_BASE_URL,
  apiKey: "eui_wrong",
});

async function refused(call) {
  try {
    return { class: "none", value: await call() };
  } catch (error) {
    return { class: error.constructor.name, message: error.message };
  }
}

const examples = [{ a: 1 }];
await createDataset({ space, name, examples });
console.log(
  JSON.stringify({
    "wrong key": await refused(() => listSpaces({ client: stranger })),
    gone: await refused(() => getDataset({ dataset: gone })),
    "unknown name": await refused(() => getDataset({ dataset: "no such", space })),
    "taken name": await refused(() => createDataset({ space, name, examples })),
    "reserved member": await refused(() =>
      createDataset({ space, name: `${name} 2`, examples: [{ id: "x" }] }),
    ),
    "no example": await refused(() =>
      createExperiment({
        experimentName: "x",
        dataset: name,
        space,
        experimentRuns: [{ output: "y" }],
      }),
    ),
  }),
);
