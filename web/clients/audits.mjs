// Runs the audits of GraphQL over HTTP against a server and prints what each found, as JSON:
//   node audits.mjs http://…/graphql [token]
import { serverAudits } from "graphql-http";

const [url, token] = process.argv.slice(2);
const authorization = token ? { authorization: `Bearer ${token}` } : {};
const fetchFn = (address, init = {}) => fetch(address, { ...init, headers: { ...init.headers, ...authorization } });
const found = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const { status, reason = null } = await audit.fn();
  found.push({ id: audit.id, name: audit.name, status, reason });
}
console.log(JSON.stringify(found));
