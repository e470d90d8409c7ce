import { readFile } from 'node:fs/promises';
import { z } from 'zod';

export interface Instruction {
  readonly name: string;
  /** The rest of the instruction, on one line. */
  readonly rest: string;
}

/** A stage of a Dockerfile: from one FROM to the next. */
export interface Stage {
  /** After `AS`. */
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/**
 * Reads the stages of a Dockerfile. It supports only the syntax of our Dockerfiles: no heredocs, no
 * variables.
 */
export async function readDockerfile(path: string): Promise<Stage[]> {
  const text = (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n\s*/g, '');
  const instructions = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): Instruction => {
      const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return { name, rest };
    });
  const stages: { name: string | undefined; instructions: Instruction[] }[] = [];
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') {
      stages.push({ name: / AS (\S+)$/.exec(instruction.rest)?.[1], instructions: [] });
    } else {
      stages.at(-1)?.instructions.push(instruction);
    }
  }
  return stages;
}

/** @returns the variables of an ENV, as `NAME=value` each */
export function parseEnv(rest: string): Record<string, string> {
  return Object.fromEntries(
    rest.split(' ').map((assignment) => {
      const [name = '', ...value] = assignment.split('=');
      return [name, value.join('=')];
    }),
  );
}

/** @returns program and arguments of a CMD in its JSON form */
export function parseCommand(rest: string): [string, ...string[]] {
  const [program = '', ...args] = z.array(z.string()).parse(JSON.parse(rest));
  return [program, ...args];
}
