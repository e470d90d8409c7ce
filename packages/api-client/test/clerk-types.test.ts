import type { useAuth } from '@clerk/nextjs';
import type { auth } from '@clerk/nextjs/server';
import { expectTypeOf, test } from 'vitest';
import type { GetToken } from '../src/index.js';

// Checked by `npm run typecheck`.
test("getToken accepts Clerk's functions of the browser and of the server", () => {
  expectTypeOf<ReturnType<typeof useAuth>['getToken']>().toExtend<GetToken>();
  expectTypeOf<Awaited<ReturnType<typeof auth>>['getToken']>().toExtend<GetToken>();
});
