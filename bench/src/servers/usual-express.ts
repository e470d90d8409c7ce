/** The usual way on Express, Nest's default adapter. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { settings } from './settings.js';
import { UsualModule } from './usual/usual.module.js';

const app = await NestFactory.create(UsualModule, new ExpressAdapter(), { logger: ['error'] });
await app.listen(settings.PORT, settings.HOST);
