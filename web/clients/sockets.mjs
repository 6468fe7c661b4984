// The story over WebSockets, with graphql-ws, and how a bad token ends: node sockets.mjs ws://…/graphql token company
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { only, story } from "./story.mjs";

const [url, token, company] = process.argv.slice(2);
const closed = [];
const connect = (authorization) =>
  createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization },
    on: { closed: (event) => closed.push(event.code) },
  });
const client = connect(`Bearer ${token}`);
const other = connect(`Bearer ${token}`);
const found = await story((each) => client.iterate(each), (each) => other.iterate(each), company);
await Promise.all([client.dispose(), other.dispose()]);
const stranger = connect("Bearer x");
await only((each) => stranger.iterate(each), "{ viewer { demo } }").catch(() => null);
console.log(JSON.stringify({ ...found, code: closed.at(-1) }));
