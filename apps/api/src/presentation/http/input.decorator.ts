import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Endpoint } from '@populatte/contracts';
import type { FastifyRequest } from 'fastify';
import { parseInput } from './parse-input.js';

/**
 * Hands a handler its endpoint's input, parsed: `@Input(renameThing) input:
 * ParsedEndpointInput<typeof renameThing>`. What the contract does not allow is a 400 before the handler runs.
 */
export const Input = createParamDecorator(
  (endpoint: Endpoint, context: ExecutionContext): unknown =>
    parseInput(endpoint, context.switchToHttp().getRequest<FastifyRequest>()),
);
