import { Controller } from '@nestjs/common';
import {
  getLiveness,
  getReadiness,
  type HealthResponse,
  type ReadinessResponse,
} from '@populatte/contracts';
import { Public, SyncUnavailableError } from '@populatte/nestjs-clerk-sync';
import { Readiness } from '../../core/readiness.js';
import { version } from '../../core/version.js';
import { Route } from '../http/route.js';

@Public()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The process responds. */
  @Route(getLiveness, {
    summary: 'Check that the process is alive',
    description:
      'Returns 200 with the version while the process is running, regardless of its dependencies. For liveness probes.',
    neverUnavailable: true,
  })
  live(): HealthResponse {
    return { status: 'ok', version };
  }

  /** The process can serve requests: its database responds and has the schema. */
  @Route(getReadiness, {
    summary: 'Check that the process can serve requests',
    description:
      'Returns 503 with the reason while requests cannot be served, and 200 with `status: "degraded"` while only known users are served. For readiness probes and load balancers.',
  })
  async ready(): Promise<ReadinessResponse> {
    const report = await this.readiness.check();
    switch (report.status) {
      case 'ready':
        return { status: 'ok' };
      case 'degraded':
        return { status: 'degraded', reason: report.reason };
      case 'unavailable':
        throw new SyncUnavailableError(report.reason, 2, { cause: new Error(report.fix) });
    }
  }
}
