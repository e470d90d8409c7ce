import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { z } from 'zod';
import type { Answer } from './send.js';

const header = z.object({ schema: z.record(z.string(), z.unknown()) });
const response = z.object({
  description: z.string(),
  headers: z.record(z.string(), header).optional(),
  content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) })).optional(),
});
const operation = z.object({ responses: z.record(z.string(), response) });
const openApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

/** Compares responses with their descriptions in an OpenAPI document. */
export class DescribedAnswers {
  private readonly ajv = new Ajv2020({ allErrors: true, strict: false });
  private readonly paths: z.infer<typeof openApi>['paths'];
  private readonly compiled = new Map<object, ValidateFunction>();

  /** @param document as `GET /openapi.json` returns it */
  constructor(document: unknown) {
    formats.default(this.ajv);
    const { paths, components } = openApi.parse(document);
    this.paths = paths;
    // References in the document are relative to it: `#/components/schemas/…`.
    this.ajv.addSchema({ $id: 'document', components });
  }

  /** Every operation, such as `GET /users/me`. */
  get operations(): { readonly method: string; readonly path: string }[] {
    return Object.entries(this.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
    );
  }

  /** @returns the differences between the response and the document; empty if there are none */
  differences(method: string, path: string, answer: Answer): string[] {
    const described = this.paths[path]?.[method.toLowerCase()]?.responses[String(answer.status)];
    if (described === undefined) return [`the status ${answer.status} is not described`];
    return [
      ...this.headerDifferences(described, answer),
      ...this.bodyDifferences(described, answer),
    ];
  }

  private headerDifferences(described: z.infer<typeof response>, answer: Answer): string[] {
    return Object.entries(described.headers ?? {}).flatMap(([name, { schema }]) => {
      const text = answer.headers[name.toLowerCase()];
      if (text === undefined) return [`the header ${name} is missing`];
      const value: unknown = schema['type'] === 'integer' ? Number(text) : text;
      return this.errors(schema, value).map((error) => `the header ${name}: ${error}`);
    });
  }

  private bodyDifferences(described: z.infer<typeof response>, answer: Answer): string[] {
    const { content } = described;
    if (content === undefined) return answer.text === '' ? [] : ['a body is not described'];
    const [type = ''] = String(answer.headers['content-type']).split(';');
    const schema = content[type]?.schema;
    if (schema === undefined) return [`the content type ${type} is not described`];
    const value: unknown = type.endsWith('json') ? answer.json() : answer.text;
    const code = z.object({ code: z.string() }).safeParse(value).data?.code;
    return [
      ...this.errors(schema, value),
      ...(answer.status >= 400 && code !== undefined && !described.description.includes(code)
        ? unlisted(code, answer.status)
        : []),
    ];
  }

  private errors(schema: Readonly<Record<string, unknown>>, value: unknown): string[] {
    let validate = this.compiled.get(schema);
    if (validate === undefined) {
      const text = JSON.stringify(schema).replaceAll('"#/components', '"document#/components');
      validate = this.ajv.compile(z.record(z.string(), z.unknown()).parse(JSON.parse(text)));
      this.compiled.set(schema, validate);
    }
    validate(value);
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || 'the body'} ${message ?? 'is not valid'}`,
    );
  }
}

/** A code that is missing from its status's description, so that clients would not know it. */
function unlisted(code: string, status: number): string[] {
  // The description names these statuses by their reason, because Node's parser sends them.
  if (code === 'validation_failed' && [400, 408, 415, 417, 431].includes(status)) return [];
  return [`the code ${code} is not described for ${status}`];
}
