// What a client of either kind goes through, told by its `iterate`; `elsewhere` is the same over another connection.
const RECORDED = `subscription($company: ID!, $after: ID) {
  journeyEventRecorded(companyId: $company, after: $after) { id __typename }
}`;
const MOVE = `mutation($company: ID!, $to: JourneyStage!) {
  companyTransitionStage(input: { companyId: $company, to: $to, reason: "to and fro" }) { event { id } }
}`;

export async function only(iterate, query, variables) {
  const found = [];
  for await (const each of iterate({ query, variables })) found.push(each);
  if (found.length !== 1) throw new Error(JSON.stringify(found));
  return found[0];
}

export async function story(iterate, elsewhere, company) {
  const move = async (to) => (await only(elsewhere, MOVE, { company, to })).data.companyTransitionStage.event.id;
  const asked = await only(iterate, "{ viewer { demo } }");
  const first = await move("PRE_LIST");
  const stream = iterate({ query: RECORDED, variables: { company, after: first } });
  const coming = stream.next();
  const begun = performance.now();
  const told = [await move("DISCOVERY"), await move("PRE_LIST")];
  const heard = [(await coming).value];
  const milliseconds = performance.now() - begun;
  heard.push((await stream.next()).value);
  await stream.return();
  const refused = await only(iterate, "{ nothing }").catch((error) => ({ errors: error }));
  return { asked: asked.data, told, heard: heard.map((each) => each.data.journeyEventRecorded.id), milliseconds, refused };
}
