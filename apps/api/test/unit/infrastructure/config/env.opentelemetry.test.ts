import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../../src/infrastructure/config/env.js';
import { anEnvironment } from '../../../support/environment.builder.js';
import { refusal } from './refusal.js';

describe('the variables of OpenTelemetry', () => {
  const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://key@collector.example.com:4318/otlp' };

  test('turn traces on with a collector, of which only the origin is kept', () => {
    expect(readEnvironment(anEnvironment(collector)).tracing).toEqual({
      protocol: 'http/protobuf',
      collector: 'https://collector.example.com:4318',
    });
    const traces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:4318/v1/traces' };
    const json = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
    expect(readEnvironment(anEnvironment({ ...traces, ...json })).tracing).toEqual({
      protocol: 'http/json',
      collector: 'http://localhost:4318',
    });
  });

  test.each(['true', 'TRUE'])('turn traces off with OTEL_SDK_DISABLED=%s', (value) => {
    const env = anEnvironment({ ...collector, OTEL_SDK_DISABLED: value });
    expect(readEnvironment(env).tracing).toBeNull();
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://*:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://a,http://b'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://a/v1, http://b/v1'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'collector'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'staging'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '10'],
  ])('are refused with a fix if they cannot work: %s=%s', (name, value) => {
    const { problems } = refusal({ ...collector, [name]: value });
    expect(problems.map(({ variable }) => variable)).toEqual([name]);
    expect(problems[0]?.fix).not.toBe('See .env.example.');
  });

  test('are not checked without a collector', () => {
    const env = anEnvironment({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_TRACES_SAMPLER: 'xray',
    });
    expect(readEnvironment(env).tracing).toBeNull();
  });

  test('accept the examples in OpenTelemetry’s specification', () => {
    const env = anEnvironment({
      ...collector,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=abc%3D, other=value',
      OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=shop,deployment.environment.name=staging',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    expect(readEnvironment(env).tracing).not.toBeNull();
  });
});
