/** A bare Nest route on Fastify, with its body prepared as a string. */
import 'reflect-metadata';
import { Controller, Get, Header, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { preparedAnswer } from './prepared-answer.js';
import { settings } from './settings.js';

@Controller()
class MeController {
  @Get('users/me')
  @Header('content-type', 'application/json; charset=utf-8')
  me(): string {
    return preparedAnswer;
  }
}

@Module({ controllers: [MeController] })
class BareModule {}

const app = await NestFactory.create(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(settings.PORT, settings.HOST);
