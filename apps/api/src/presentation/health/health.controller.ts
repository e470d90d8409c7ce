import { Controller } from '@nestjs/common';
import { getLiveness, getReadiness, type HealthResponse } from '@populatte/contracts';
import { Readiness } from '../../core/readiness.js';
import { SyncUnavailableError } from '../../core/users/user.errors.js';
import { Public } from '../auth/public.decorator.js';
import { Route } from '../http/route.js';

@Public()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The process answers. */
  @Route(getLiveness)
  live(): HealthResponse {
    return { status: 'ok' };
  }

  /** The process can serve requests: its database answers. */
  @Route(getReadiness)
  async ready(): Promise<HealthResponse> {
    if (await this.readiness.isReady()) return { status: 'ok' };
    throw new SyncUnavailableError(
      'The database does not answer, or its schema is not there yet.',
      2,
    );
  }
}
