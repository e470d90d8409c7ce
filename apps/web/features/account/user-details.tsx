import type { ReactNode } from 'react';
import type { UserResponse } from '@populatte/contracts';
import { LocalTime } from '@/components/local-time';
import { UserPicture } from './user-picture';

/** The local user, field by field. */
export function UserDetails({ user }: { readonly user: UserResponse }): ReactNode {
  return (
    <div className="flex flex-col gap-6">
      <div className="flex min-w-0 items-center gap-4">
        <UserPicture key={user.imageUrl} imageUrl={user.imageUrl} name={user.name ?? user.email} />
        <div className="min-w-0">
          <p className="truncate text-lg font-semibold" data-testid="user-name">
            {user.name ?? 'No name'}
          </p>
          <p className="text-muted-foreground truncate text-sm" data-testid="user-email">
            {user.email ?? 'No email address'}
          </p>
        </div>
      </div>
      <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-[max-content_1fr]">
        <Field name="Local id" testId="user-id">
          <Identifier>{user.id}</Identifier>
        </Field>
        <Field name="Clerk id" testId="user-clerk-id">
          <Identifier>{user.clerkId}</Identifier>
        </Field>
        <Field name="Created" testId="user-created-at">
          <LocalTime iso={user.createdAt} />
        </Field>
        <Field name="Updated" testId="user-updated-at">
          <LocalTime iso={user.updatedAt} />
        </Field>
      </dl>
    </div>
  );
}

/** Small enough for a UUID to fit on one line of a phone. */
function Identifier({ children }: { readonly children: string }): ReactNode {
  return <code className="font-mono text-xs break-all sm:text-sm">{children}</code>;
}

interface FieldProps {
  readonly name: string;
  readonly testId: string;
  readonly children: ReactNode;
}

function Field({ name, testId, children }: FieldProps): ReactNode {
  return (
    <div className="contents">
      <dt className="text-muted-foreground -mb-2 sm:mb-0">{name}</dt>
      <dd className="min-w-0" data-testid={testId}>
        {children}
      </dd>
    </div>
  );
}
