// The story over event streams, with graphql-sse, and how a bad token ends: node streams.mjs http://…/graphql token company
import { createClient } from "graphql-sse";
import { only, story } from "./story.mjs";

const [url, token, company] = process.argv.slice(2);
const connect = (bearer) => createClient({ url, retryAttempts: 0, headers: { authorization: `Bearer ${bearer}` } });
const client = connect(token);
const found = await story((each) => client.iterate(each), (each) => client.iterate(each), company);
const stranger = connect("x");
const code = await only((each) => stranger.iterate(each), "{ viewer { demo } }").catch((error) => error.response?.status);
console.log(JSON.stringify({ ...found, code }));
