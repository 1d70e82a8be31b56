/**
 * A client that sends at a fixed rate, whatever the answers do, and writes how long they took as JSON (`LoadSamples`). It never
 * sleeps, and LuaJIT runs it: one thread, nothing but a few numbers for each request, and no collector that stops it. A
 * client in Node was late by 1 to 5 ms at one request in a hundred, which is more than what is measured.
 *
 *     luajit main.lua PORT RATE WARM-UP-SECONDS SECONDS FILE
 *
 * The file holds the bytes of the request of each connection, with a zero byte between them.
 */
import { C, cdef, new as make, type Time } from "ffi";
import { OpenLoop } from "../support/open-loop.ts";
import { Connections } from "./connections.ts";

cdef("typedef struct { long sec, nsec; } limpet_time; int clock_gettime(int clock, limpet_time *into);");

const MONOTONIC = 1;
const time: Time = make("limpet_time");

/** Milliseconds. */
function now(): number {
  C.clock_gettime(MONOTONIC, time);
  return (tonumber(time.sec) as number) * 1000 + (tonumber(time.nsec) as number) / 1e6;
}

function readRequests(path: string): string[] {
  const [file] = io.open(path, "rb");
  if (file === undefined) throw new Error(`${path} cannot be read`);
  const requests = file.read("*a").split("\0");
  file.close();
  return requests;
}

function runLoop(connections: Connections, channels: number, rate: number, seconds: number): OpenLoop {
  const schedule = { start: 0, interval: 1000 / rate, count: Math.round(rate * seconds) };
  const loop = new OpenLoop(channels, schedule, now, (channel) => connections.send(channel));
  schedule.start = now();
  const answered = (channel: number) => loop.answered(channel);
  while (!loop.isDone()) {
    loop.tick();
    connections.read(answered);
  }
  return loop;
}

const [port, rate, warmUpSeconds, seconds] = [1, 2, 3, 4].map((at) => tonumber(arg[at]) as number) as [
  number,
  number,
  number,
  number,
];
const requests = readRequests(arg[5] as string);
const connections = new Connections(port, requests);
runLoop(connections, requests.length, rate, warmUpSeconds);
const { latencies, lateness } = runLoop(connections, requests.length, rate, seconds);
io.write(`{"latencies":[${latencies.join(",")}],"lateness":[${lateness.join(",")}]}\n`);
