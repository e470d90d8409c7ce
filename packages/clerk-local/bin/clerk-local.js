#!/usr/bin/env node
import module from 'node:module';

// Node 22 and newer keep the compiled code of a start for the next one.
module.enableCompileCache?.();
const { main, processContext } = await import('../dist/cli/main.js');

process.exitCode = await main(process.argv.slice(2), processContext());
