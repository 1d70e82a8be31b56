import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { profileText } from "./profile.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const DUMP = `# callgrind format
positions: line
events: Ir
summary: 1000

ob=(1) /usr/sbin/nginx
fl=(1) ???
fn=(1) main
cfn=(2) work
calls=0 0
0 900

fn=(2)
0 100
+1 100
cob=(2) ???
cfn=(3) 0x0000000004838000
calls=4 0
0 800

ob=(2)
fn=(3)
* 800
totals: 1000
`;

function profileOf(dump: string, requests: number): Promise<string> {
  const file = join(temporaryDirectory("profile"), "callgrind.out.1");
  writeFileSync(file, dump);
  return profileText(file, requests);
}

test("what a function calls is not its own cost", async () => {
  const profile = await profileOf(DUMP, 1);
  assert.match(profile, /^nginx {2}work +200 +20\.0 %$/m);
  assert.doesNotMatch(profile, /main/);
});

test("code that belongs to no file counts as compiled traces", async () => {
  assert.match(await profileOf(DUMP, 1), /^compiled traces +800 +80\.0 %$/m);
});

test("costs are given per request", async () => {
  assert.match(await profileOf(DUMP, 10), /^nginx +20 +20\.0 %$/m);
});
