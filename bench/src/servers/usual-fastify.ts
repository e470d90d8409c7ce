/** The usual way, on Fastify: verify with the SDK, select, compare, upsert where different. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { settings } from './settings.js';
import { UsualModule } from './usual/usual.module.js';

const app = await NestFactory.create(UsualModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(settings.PORT, settings.HOST);
