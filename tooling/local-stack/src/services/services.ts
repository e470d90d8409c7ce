import type { StackPlan } from '../environment/plan.js';
import type { WantedPort } from '../environment/port-check.js';
import type { Service } from '../stack/service.js';
import { apiService } from './api.service.js';
import { clerkLocalService } from './clerk-local.service.js';
import { compilerService } from './compiler.service.js';
import { postgresPortOf, postgresService } from './postgres.service.js';
import { hasWebApp, webService } from './web.service.js';

/** The stack's services, in start order. To add a service, add an entry. */
export function services(
  plan: StackPlan,
  { root, watch }: { root: string; watch: boolean },
): Service[] {
  const { postgresPort, clerkLocalPort, apiPort, host, hostInUrl, webPort } = plan;
  const apiUrl = `http://${hostInUrl}:${apiPort}`;
  const webhookUrl = `${apiUrl}/webhooks/clerk`;
  return [
    ...(postgresPort === undefined ? [] : [postgresService(root, postgresPort)]),
    ...(clerkLocalPort === undefined
      ? []
      : [clerkLocalService({ root, port: clerkLocalPort, webhookUrl })]),
    ...(watch ? [compilerService(root)] : []),
    apiService({ root, address: apiUrl, port: apiPort, watch }),
    ...(hasWebApp(root)
      ? [
          webService({
            root,
            address: `http://${hostInUrl}:${webPort}`,
            port: webPort,
            host,
            watch,
          }),
        ]
      : []),
  ];
}

/** The ports to check before anything starts. An earlier server of ours may hold PostgreSQL's. */
export function wantedPorts(
  { postgresPort, clerkLocalPort, apiPort, host, webPort }: StackPlan,
  root: string,
): WantedPort[] {
  return [
    ...(postgresPort === undefined ? [] : [postgresPortOf(postgresPort)]),
    ...(clerkLocalPort === undefined
      ? []
      : [
          {
            service: 'clerk-local',
            variable: 'CLERK_LOCAL_PORT',
            port: clerkLocalPort,
            host: '127.0.0.1',
          },
        ]),
    { service: 'the API', variable: 'PORT', port: apiPort, host },
    ...(hasWebApp(root)
      ? [{ service: 'the web app', variable: 'WEB_PORT', port: webPort, host }]
      : []),
  ];
}
