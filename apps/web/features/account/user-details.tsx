import type { ReactNode } from 'react';
import type { UserEventResponse, UserResponse } from '@populatte/contracts';
import { LocalTime } from '@/components/local-time';
import { TimeAgo } from '@/components/time-ago';
import { CopyButton } from '@/components/ui/copy-button';
import { describeSource, originOf } from '@/features/timeline/describe-event';
import { UserPicture } from './user-picture';

interface UserDetailsProps {
  readonly user: UserResponse;
  /** Newest first; they determine the source of each field. */
  readonly events: readonly UserEventResponse[];
}

/** Shows the local user and the source of each field. */
export function UserDetails({ user, events }: UserDetailsProps): ReactNode {
  return (
    <div className="flex flex-col gap-6">
      <div className="flex min-w-0 items-center gap-4">
        <UserPicture key={user.imageUrl} imageUrl={user.imageUrl} name={user.name ?? user.email} />
        <div className="min-w-0">
          <p className="text-xl font-semibold tracking-tight break-words" data-testid="user-name">
            <bdi>{user.name ?? 'No name'}</bdi>
          </p>
          <p className="text-muted-foreground text-sm break-words" data-testid="user-email">
            <bdi>{user.email ?? 'No email address'}</bdi>
          </p>
        </div>
      </div>
      <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-[6.5rem_1fr]">
        <Field name="Name from" testId="name-origin">
          <Origin field="name" events={events} />
        </Field>
        <Field name="Email from" testId="email-origin">
          <Origin field="email" events={events} />
        </Field>
        <Field name="Picture from" testId="picture-origin">
          <Origin field="imageUrl" events={events} />
        </Field>
      </dl>
      <dl className="grid gap-x-6 gap-y-3 border-t pt-5 text-sm sm:grid-cols-[6.5rem_1fr]">
        <Field name="Local id" testId="user-id" copy={user.id}>
          <Identifier>{user.id}</Identifier>
        </Field>
        <Field name="Clerk id" testId="user-clerk-id" copy={user.clerkId}>
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

interface OriginProps {
  readonly field: 'name' | 'email' | 'imageUrl';
  readonly events: readonly UserEventResponse[];
}

function Origin({ field, events }: OriginProps): ReactNode {
  const origin = originOf(field, events);
  // A text that changes is the only child of an element. Browsers that translate a page replace its
  // texts, and React would otherwise change the one that was replaced.
  return (
    <>
      <span>{origin === undefined ? '—' : `${describeSource(origin.source)}, `}</span>
      {origin !== undefined && (
        <span className="text-muted-foreground">
          <TimeAgo iso={origin.occurredAt} />
        </span>
      )}
    </>
  );
}

/** Small enough for a UUID to fit on one line of a phone. */
function Identifier({ children }: { readonly children: string }): ReactNode {
  return <code className="font-mono text-xs break-all">{children}</code>;
}

interface FieldProps {
  readonly name: string;
  readonly testId: string;
  /** A text to copy. */
  readonly copy?: string;
  readonly children: ReactNode;
}

function Field({ name, testId, copy, children }: FieldProps): ReactNode {
  return (
    <div className="contents">
      <dt className="text-muted-foreground -mb-2 sm:mb-0">{name}</dt>
      <dd className="flex min-w-0 items-center gap-1">
        <span className="min-w-0" data-testid={testId}>
          {children}
        </span>
        {copy !== undefined && (
          <CopyButton text={copy} label={`Copy ${name.toLowerCase()}`} className="-my-2" />
        )}
      </dd>
    </div>
  );
}
