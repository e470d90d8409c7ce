import { z } from 'zod';

/**
 * OpenTelemetry's variables that are checked here. Its SDK reads them itself, and others, from the
 * process's environment. They are not validated while tracing is off, because a platform may set
 * them for every program.
 */
export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.string().optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: z.string().optional(),
  OTEL_TRACES_SAMPLER: z.string().optional(),
  OTEL_TRACES_SAMPLER_ARG: z.string().optional(),
};

type TracingVariables = z.output<z.ZodObject<typeof tracingVariables>>;

/** The export of traces. */
export interface TracingSettings {
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Their destination: only the origin of the address, which may also contain credentials. */
  readonly collector: string;
}

/** Traces are on if a collector is set. Like OpenTelemetry's SDK, only `true` disables it. */
export function tracingSettings(env: TracingVariables): TracingSettings | null {
  const address = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (address === undefined || env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return null;
  return {
    protocol: env.OTEL_EXPORTER_OTLP_PROTOCOL === 'http/json' ? 'http/json' : 'http/protobuf',
    collector: URL.canParse(address) ? new URL(address).origin : '',
  };
}

const samplers = ['always_on', 'always_off', 'traceidratio'];

/** Each rule: the variable, the check of its value, and the end of the sentence that refuses it. */
const rules: readonly [keyof TracingVariables, (value: string) => boolean, string][] = [
  ['OTEL_EXPORTER_OTLP_ENDPOINT', isHttpUrl, 'is not a single http or https URL'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', isHttpUrl, 'is not a single http or https URL'],
  [
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    (value) => ['http/protobuf', 'http/json'].includes(value),
    'is neither http/protobuf nor http/json',
  ],
  ['OTEL_EXPORTER_OTLP_HEADERS', isPairs, 'is not a list of name=value'],
  ['OTEL_RESOURCE_ATTRIBUTES', isPairs, 'is not a list of name=value'],
  [
    'OTEL_TRACES_SAMPLER',
    (value) => samplers.includes(value.replace(/^parentbased_/, '')),
    'is not a sampler',
  ],
  [
    'OTEL_TRACES_SAMPLER_ARG',
    (value) => /^(?:0|1|[01]?\.\d+)$/.test(value) && Number(value) <= 1,
    'is not a number from 0 to 1',
  ],
];

/** Refuses values that can never work, if tracing is on: OpenTelemetry itself would ignore them. */
export function checkTracing(
  env: TracingVariables,
  refuse: (variable: string, message: string) => void,
): void {
  if (tracingSettings(env) === null) return;
  for (const [variable, canWork, message] of rules) {
    const value = env[variable];
    if (value !== undefined && !canWork(value)) refuse(variable, message);
  }
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, host } = new URL(text);
  return /^https?:$/.test(protocol) && !/[*,]/.test(host) && !/,\s*https?:/.test(text);
}

/** W3C Baggage: comma-separated, percent-encoded. */
function isPairs(text: string): boolean {
  return text.split(',').every((pair) => /^\s*[^=\s]+\s*=\s*[^,]*$/.test(pair));
}
