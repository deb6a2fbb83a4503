import { execFile } from "node:child_process";
import { promisify } from "node:util";

interface Process {
  pid: number;
  parent: number;
  residentKib: number;
  command: string;
}

/** Memory that the programs called `command` among a process's descendants hold, as `ps` tells it (Linux, macOS). */
export async function residentBytes(pid: number, command: string): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,rss=,comm="]);
  const processes = stdout.trim().split("\n").map(parseProcess);
  const found = descendants(pid, processes).filter((one) => one.command.includes(command));
  if (found.length === 0) throw new Error(`Process ${pid} runs no ${command}`);
  return found.reduce((sum, { residentKib }) => sum + residentKib, 0) * 1024;
}

function parseProcess(line: string): Process {
  const [pid, parent, residentKib, ...command] = line.trim().split(/ +/);
  return {
    pid: Number(pid),
    parent: Number(parent),
    residentKib: Number(residentKib),
    command: command.join(" "),
  };
}

function descendants(pid: number, processes: Process[]): Process[] {
  return processes
    .filter(({ parent }) => parent === pid)
    .flatMap((child) => [child, ...descendants(child.pid, processes)]);
}
