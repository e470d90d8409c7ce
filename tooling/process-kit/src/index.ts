export { ChildProgram, type ChildProgramOptions, type Exit } from './child-program.js';
export { endWithThisProcess, type LastSignal } from './end-with-this-process.js';
export { acceptsConnections, answersOk, freePort, portProblem, type PortProblem } from './ports.js';
export { commandLine, exists, isRunning } from './process-identity.js';
export { ProgramEndedError, ProgramError } from './program-error.js';
export { acquireProcessLock, LockedError, type ProcessLock } from './process-lock.js';
export { quietEnvironment, runProgram, type Account, type ProgramResult } from './run-program.js';
export { startTcpProxy, type TcpProxy } from './tcp-proxy.js';
export {
  never,
  poll,
  settlesWithin,
  until,
  untilAborted,
  WaitTimeoutError,
  type PollOptions,
  type UntilOptions,
} from './waiting.js';
