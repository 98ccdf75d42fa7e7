// Make an AI integration with the key given, change it and delete it; print what was read.
import {
  createAiIntegration,
  createClient,
  deleteAiIntegration,
  getAiIntegration,
  listAiIntegrations,
  updateAiIntegration,
} from "@arizeai/ax-client";

const [name, apiKey] = process.argv.slice(2);
const client = createClient({ baseUrl: process.env.ARIZE_BASE_URL, apiKey });

const made = await createAiIntegration({
  client,
  name,
  provider: "CUSTOM",
  apiKey: "sk-of-typescript",
  baseUrl: "http://127.0.0.1:1234/v1",
  modelNames: ["m"],
  headers: { "X-Team": "blue" },
});
const found = await getAiIntegration({ client, integration: name, space: "demo" });
const listed = await listAiIntegrations({ client, space: "demo", name });
const moved = await updateAiIntegration({
  client,
  integration: made.id,
  baseUrl: "http://127.0.0.1:4321/v1",
});
const changed = await updateAiIntegration({
  client,
  integration: made.id,
  name: `${name} 2`,
});
await deleteAiIntegration({ client, integration: made.id });
let refused = 0;
try {
  await getAiIntegration({ client, integration: made.id });
} catch (error) {
  refused = error.status ?? error.statusCode ?? error.constructor.name;
}
console.log(JSON.stringify({ made, found, listed: listed.data, moved, changed, refused }));
