import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { manifestsSource } from "./manifests-source.ts";
import { configMap, WatchedFolder } from "./watched-folder.ts";

/** A settle time that no test waits for: what arrives all the same was taken at once. */
const NEVER = 3_600_000;
const BROKEN = 'apiVersion: v1\nkind: "ConfigMap\n';

suite("the manifests source", () => {
  test("the first batch holds everything below the folder, in order of path", async () => {
    await using folder = new WatchedFolder();
    folder.write("b.yaml", configMap("b"));
    folder.write("a.yml", `${configMap("a-one")}---\n${configMap("a-two")}`);
    folder.write("deep/er/c.json", '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}');
    folder.write(".hidden.yaml", configMap("hidden"));
    folder.write(".git/d.yaml", configMap("hidden"));
    folder.write("notes.txt", configMap("hidden"));
    await folder.start();
    assert.equal(folder.batches.length, 1);
    assert.deepEqual(folder.saidSince(0), ["a-one", "a-two", "b", "c"]);
    assert.deepEqual(folder.origins.get("a-two"), { file: "a.yml", line: 6 });
    assert.equal(folder.origins.get("c")?.file, "deep/er/c.json");
    assert.deepEqual(folder.problems, []);
  });

  test("an empty folder gives one empty batch", async () => {
    await using folder = new WatchedFolder();
    await folder.start();
    assert.deepEqual(folder.batches, [[]]);
  });

  test("a folder that is missing or is none is refused with one sentence", async () => {
    await using folder = new WatchedFolder();
    folder.write("file", "");
    const sink = { changed: () => {}, problems: () => {} };
    await assert.rejects(manifestsSource(folder.at("nowhere")).start(sink), /nowhere does not exist; create it, .*\.$/);
    await assert.rejects(manifestsSource(folder.at("file")).start(sink), /file is not a folder; .*\.$/);
  });

  test("other kinds are told to the log", async () => {
    const messages: string[] = [];
    await using folder = new WatchedFolder({ logger: { debug: (message) => messages.push(message) } });
    folder.write("a.yaml", "apiVersion: apps/v1\nkind: Deployment\n");
    await folder.start();
    assert.deepEqual(messages, ["Passed over in a.yaml: Deployment."]);
    assert.deepEqual(folder.problems, []);
  });

  test("of a file that is written to, only the object that is different is handed over", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", `${configMap("a", "old")}---\n${configMap("b", "same")}`);
    await folder.start();
    folder.write("a.yaml", `# a comment\n${configMap("a", "new")}---\n${configMap("b", "same")}`);
    await folder.untilValue("a", "new");
    assert.deepEqual(folder.saidSince(1), ["a"]);
  });

  test("a file that says the same in other words is no change", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", configMap("a", "same"));
    await folder.start();
    folder.moveIn("a.yaml", '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"value":"same"}}');
    folder.moveIn("b.yaml", configMap("b", "later"));
    await folder.untilValue("b", "later");
    assert.deepEqual(folder.saidSince(1), ["b"]);
  });

  test("a new file is handed over, and a deleted one takes its objects away", async () => {
    await using folder = new WatchedFolder();
    await folder.start();
    folder.write("a.yaml", configMap("a", "there"));
    await folder.untilValue("a", "there");
    folder.delete("a.yaml");
    await folder.untilValue("a", undefined);
    assert.deepEqual(folder.saidSince(1), ["a", "-a"]);
  });

  test("a complete file that is renamed into its place is taken at once", async () => {
    await using folder = new WatchedFolder({ settleTime: NEVER });
    folder.write("a.yaml", configMap("a", "old"));
    await folder.start();
    folder.moveIn("a.yaml", configMap("a", "new"));
    await folder.untilValue("a", "new");
    folder.moveIn("a.yaml", configMap("a", "newer"));
    await folder.untilValue("a", "newer");
  });

  test("a broken file keeps what it said, says where it is broken, and counts again once it is whole", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", configMap("a", "old"));
    folder.write("b.yaml", BROKEN);
    await folder.start();
    assert.equal(folder.problems[0]?.file, "b.yaml");
    folder.write("a.yaml", BROKEN);
    await folder.until(() => folder.problems.length === 2);
    const [problem] = folder.problems;
    assert.equal(problem?.code, "source/file-does-not-parse");
    assert.deepEqual([problem.file, problem.line], ["a.yaml", 3]);
    assert.equal(folder.value("a"), "old");
    folder.write("a.yaml", configMap("a", "new"));
    folder.write("b.yaml", configMap("b", "new"));
    await folder.until(() => folder.value("a") === "new" && folder.value("b") === "new");
    assert.deepEqual(folder.problems, []);
    assert.ok(!folder.saidSince(0).includes("-a"));
  });

  test("a broken file that is put back as it was counts again", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", configMap("a", "same"));
    await folder.start();
    folder.write("a.yaml", BROKEN);
    await folder.untilProblem("source/file-does-not-parse");
    folder.write("a.yaml", configMap("a", "same"));
    await folder.untilNoProblems();
    assert.deepEqual(folder.saidSince(1), []);
  });

  test("a file that is renamed into its place broken is a Problem in the end", async () => {
    await using folder = new WatchedFolder();
    await folder.start();
    folder.moveIn("a.yaml", BROKEN);
    await folder.untilProblem("source/file-does-not-parse");
  });

  test("a file that is broken when it arrives is given its settle time before it is a Problem", async () => {
    await using folder = new WatchedFolder({ settleTime: NEVER });
    await folder.start();
    folder.moveIn("a.yaml", BROKEN);
    folder.moveIn("b.yaml", configMap("b", "later"));
    await folder.untilValue("b", "later");
    assert.deepEqual(folder.problems, []);
  });

  test("text that is not UTF-8 is a Problem", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", Buffer.from([0x61, 0xff, 0x62]));
    await folder.start();
    assert.match(folder.problems[0]?.message ?? "", /not UTF-8/);
  });

  test("a file that was truncated takes nothing away, however long its writer waits", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", `${configMap("a", "old")}---\n${configMap("b", "same")}`);
    await folder.start();
    folder.write("a.yaml", "");
    await folder.untilProblem("source/file-emptied");
    appendFileSync(folder.at("a.yaml"), `${configMap("a", "new")}---\n${configMap("b", "same")}`);
    await folder.untilValue("a", "new");
    assert.deepEqual(folder.saidSince(1), ["a"]);
    assert.deepEqual(folder.problems, []);
  });

  test("a file of which only a comment is left takes its objects away", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", configMap("a"));
    await folder.start();
    folder.write("a.yaml", "# nothing\n");
    await folder.until(() => !folder.objects.has("a"));
  });

  test("without a settle time a file that is half written takes objects away", async () => {
    await using folder = new WatchedFolder({ settleTime: 0 });
    folder.write("a.yaml", `${configMap("a", "old")}---\n${configMap("b")}`);
    await folder.start();
    folder.write("a.yaml", configMap("a", "new"));
    await folder.untilValue("a", "new");
    appendFileSync(folder.at("a.yaml"), `---\n${configMap("b")}`);
    await folder.until(() => folder.objects.has("b"));
    assert.deepEqual(folder.saidSince(1), ["a", "-b", "b"]);
  });

  test("within its settle time a file that is half written says nothing", async () => {
    await using folder = new WatchedFolder({ settleTime: NEVER });
    folder.write("a.yaml", `${configMap("a", "old")}---\n${configMap("b")}`);
    await folder.start();
    folder.write("a.yaml", configMap("a", "new"));
    folder.moveIn("z.yaml", configMap("z", "later"));
    await folder.untilValue("z", "later");
    assert.deepEqual(folder.saidSince(1), ["z"]);
  });

  test("of an object in two files the first one counts, and the second takes over when it goes", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", configMap("x", "first"));
    folder.write("b.yaml", configMap("x", "second"));
    await folder.start();
    assert.equal(folder.value("x"), "first");
    const [problem] = folder.problems;
    assert.equal(problem?.code, "source/object-twice");
    assert.equal(problem.file, "b.yaml");
    assert.match(problem.message, /a\.yaml.*b\.yaml/);
    folder.delete("a.yaml");
    await folder.untilValue("x", "second");
    assert.deepEqual(folder.problems, []);
    assert.deepEqual(folder.saidSince(1), ["x"]);
  });

  test("one broken object leaves everything else of its file served", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", `${configMap("a")}---\n${configMap("Not_A_Name")}---\n${configMap("b")}`);
    await folder.start();
    assert.deepEqual([...folder.objects.keys()], ["a", "b"]);
    assert.deepEqual([folder.problems[0]?.file, folder.problems[0]?.line], ["a.yaml", 8]);
  });

  test("a folder that is made later is watched, and so is one in it", async () => {
    await using folder = new WatchedFolder();
    await folder.start();
    folder.write("new/er/a.yaml", configMap("a", "one"));
    await folder.untilValue("a", "one");
    folder.write("new/er/a.yaml", configMap("a", "two"));
    await folder.untilValue("a", "two");
    folder.write("new/er/b.yaml", configMap("b", "late"));
    await folder.untilValue("b", "late");
  });

  test("the files of a folder that is renamed into its place arrive as one batch", async () => {
    await using folder = new WatchedFolder();
    await folder.start();
    const draft = join(folder.above, "draft");
    mkdirSync(draft);
    const names = Array.from({ length: 40 }, (_, index) => `x${String(index).padStart(2, "0")}`);
    for (const name of names) writeFileSync(join(draft, `${name}.yaml`), configMap(name));
    renameSync(draft, folder.at("moved"));
    await folder.until(() => folder.objects.size > 0);
    assert.deepEqual(folder.saidSince(1), names);
  });

  test("a folder that goes takes its files' objects away, under another name they come back", async () => {
    await using folder = new WatchedFolder();
    folder.write("sub/a.yaml", configMap("a", "there"));
    await folder.start();
    renameSync(folder.at("sub"), folder.at("other"));
    await folder.until(() => folder.origins.get("a")?.file === "other/a.yaml");
    folder.write("other/a.yaml", configMap("a", "new"));
    await folder.untilValue("a", "new");
    folder.delete("other");
    await folder.untilValue("a", undefined);
  });

  test("when the whole folder vanishes everything stays, and it is read again when it is back", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", configMap("a", "old"));
    await folder.start();
    const away = join(folder.above, "away");
    renameSync(folder.path, away);
    await folder.untilProblem("source/folder-gone");
    assert.equal(folder.value("a"), "old");
    writeFileSync(join(away, "a.yaml"), configMap("a", "new"));
    renameSync(away, folder.path);
    await folder.untilValue("a", "new");
    assert.deepEqual(folder.problems, []);
    folder.write("a.yaml", configMap("a", "newer"));
    await folder.untilValue("a", "newer");
    assert.ok(!folder.saidSince(0).includes("-a"));
  });

  test("when the whole folder is deleted, file by file, everything stays", async () => {
    await using folder = new WatchedFolder({ settleTime: 100 });
    await using other = new WatchedFolder({ settleTime: 200 });
    folder.write("a.yaml", configMap("a", "old"));
    await folder.start();
    await other.start();
    folder.delete("a.yaml");
    folder.moveIn("b.yaml", configMap("b", "seen"));
    await folder.untilValue("b", "seen");
    rmSync(folder.path, { recursive: true });
    await folder.untilProblem("source/folder-gone");
    other.write("a.yaml", configMap("a", "later"));
    await other.untilValue("a", "later");
    assert.deepEqual(folder.saidSince(1), ["b"]);
    folder.write("a.yaml", configMap("a", "new"));
    await folder.until(() => folder.value("a") === "new" && !folder.objects.has("b"));
    assert.deepEqual(folder.problems, []);
  });

  test("a folder that was moved away with the one above it is seen when both are back", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", configMap("a", "old"));
    await folder.start();
    renameSync(folder.above, `${folder.above}-away`);
    await folder.untilProblem("source/folder-gone");
    renameSync(`${folder.above}-away`, folder.above);
    await folder.untilNoProblems();
    folder.write("a.yaml", configMap("a", "new"));
    await folder.untilValue("a", "new");
  });

  test("a mounted ConfigMap is read again when its link is swapped", async () => {
    await using folder = new WatchedFolder();
    const version = (name: string, value: string) => {
      mkdirSync(folder.at(name));
      writeFileSync(folder.at(join(name, "a.yaml")), configMap("a", value));
    };
    version("..one", "one");
    symlinkSync("..one", folder.at("..data"));
    symlinkSync("..data/a.yaml", folder.at("a.yaml"));
    await folder.start();
    assert.equal(folder.value("a"), "one");
    for (const value of ["two", "three"]) {
      version(`..${value}`, value);
      symlinkSync(`..${value}`, folder.at("..data_tmp"));
      renameSync(folder.at("..data_tmp"), folder.at("..data"));
      rmSync(folder.at(value === "two" ? "..one" : "..two"), { recursive: true });
      await folder.untilValue("a", value);
    }
    assert.deepEqual(folder.saidSince(1), ["a", "a"]);
  });

  test("links are followed, to files and to folders, and what they point to is watched", async () => {
    await using folder = new WatchedFolder();
    const outside = join(folder.above, "outside");
    mkdirSync(join(outside, "more"), { recursive: true });
    writeFileSync(join(outside, "a.txt"), configMap("a", "one"));
    writeFileSync(join(outside, "more", "b.yaml"), configMap("b", "one"));
    symlinkSync(join(outside, "a.txt"), folder.at("a.yaml"));
    await folder.start();
    symlinkSync(join(outside, "more"), folder.at("more"));
    await folder.untilValue("b", "one");
    writeFileSync(join(outside, "a.txt"), configMap("a", "two"));
    writeFileSync(join(outside, "more", "b.yaml"), configMap("b", "two"));
    await folder.until(() => folder.value("a") === "two" && folder.value("b") === "two");
    folder.delete("a.yaml");
    await folder.untilValue("a", undefined);
  });

  test("a link to a folder around it is passed over", async () => {
    await using folder = new WatchedFolder();
    folder.write("sub/a.yaml", configMap("a", "one"));
    symlinkSync("..", folder.at("sub/round"));
    await folder.start();
    symlinkSync(folder.path, folder.at("sub/round-again"));
    folder.write("sub/b.yaml", configMap("b", "later"));
    await folder.untilValue("b", "later");
    assert.deepEqual(folder.problems, []);
    assert.deepEqual(folder.saidSince(0), ["a", "b"]);
  });

  test("a file that cannot be read keeps what it said", async () => {
    await using folder = new WatchedFolder();
    folder.write("a.yaml", configMap("a", "old"));
    await folder.start();
    folder.delete("a.yaml");
    symlinkSync("a.yaml", folder.at("a.yaml"));
    const problem = await folder.untilProblem("source/file-unreadable");
    assert.match(problem.message, /ELOOP/);
    assert.equal(folder.value("a"), "old");
    folder.moveIn("a.yaml", configMap("a", "new"));
    await folder.untilValue("a", "new");
    assert.deepEqual(folder.problems, []);
  });

  test("what is no file is never waited for", async () => {
    await using folder = new WatchedFolder();
    execFileSync("mkfifo", [folder.at("pipe.yaml")]);
    folder.write("a.yaml", configMap("a"));
    await folder.start();
    assert.deepEqual([...folder.objects.keys()], ["a"]);
  });

  test("after it was stopped the source says nothing", async () => {
    await using folder = new WatchedFolder();
    await using other = new WatchedFolder();
    await folder.start();
    await other.start();
    folder.write("a.yaml", configMap("a"));
    await folder.stop();
    folder.write("b.yaml", configMap("b"));
    other.write("a.yaml", configMap("a", "seen"));
    await other.untilValue("a", "seen");
    assert.deepEqual(folder.saidSince(0), []);
  });
});
