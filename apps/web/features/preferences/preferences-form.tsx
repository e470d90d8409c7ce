'use client';

import { useId, useRef, useState, type ReactNode, type SubmitEvent } from 'react';
import type { PreferencesInput, PreferencesResponse } from '@populatte/contracts';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { FailureAlert } from '@/features/failure/failure-alert';
import {
  browserSettings,
  languageChoices,
  languageName,
  timeZoneChoices,
  type Choice,
} from './choices';
import { checkFields, fieldErrorsOf, type FieldErrors } from './field-errors';
import { useSavePreferences } from './use-preferences';

interface PreferencesFormProps {
  /** The Clerk id of the page's user. */
  readonly userId: string;
  readonly stored: PreferencesResponse;
}

/** Rendered in the browser only: it suggests what the browser is set to. */
export function PreferencesForm({ userId, stored }: PreferencesFormProps): ReactNode {
  const [draft, setDraft] = useState<Partial<PreferencesInput>>({});
  const [errors, setErrors] = useState<FieldErrors>({});
  const [suggested] = useState(browserSettings);
  const save = useSavePreferences(userId);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();

  const fields: PreferencesInput = {
    language: draft.language ?? stored.language ?? suggested.language,
    timeZone: draft.timeZone ?? stored.timeZone ?? suggested.timeZone,
  };

  const showErrors = (found: FieldErrors): void => {
    setErrors(found);
    const [first] = Object.keys(found);
    const field = form.current?.querySelector(`[name="${first ?? ''}"]`);
    if (field instanceof HTMLElement) field.focus();
  };
  const send = (input: PreferencesInput): void => {
    setErrors({});
    setDraft(input);
    save.mutate(input, {
      onSuccess: () => {
        setDraft({});
      },
      onError: (error) => {
        showErrors(fieldErrorsOf(error) ?? {});
      },
    });
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (save.isPending) return;
    const checked = checkFields(fields);
    if ('input' in checked) send(checked.input);
    else showErrors(checked.errors);
  };
  const change = (edited: Partial<PreferencesInput>): void => {
    setDraft({ ...draft, ...edited });
    save.reset();
  };

  return (
    <form ref={form} onSubmit={submit} noValidate className="flex flex-col gap-5">
      <Summary stored={stored} />
      <div className="grid gap-5 sm:grid-cols-2">
        <Field
          label="Language"
          name="language"
          list={`${id}-languages`}
          value={fields.language}
          hint={languageName(fields.language)}
          error={errors.language}
          onChange={({ target }) => {
            change({ language: target.value });
            setErrors({ ...errors, language: undefined });
          }}
        />
        <Choices id={`${id}-languages`} of={languageChoices} />
        <Field
          label="Time zone"
          name="timeZone"
          list={`${id}-time-zones`}
          value={fields.timeZone}
          hint="Type a city to search"
          error={errors.timeZone}
          onChange={({ target }) => {
            change({ timeZone: target.value });
            setErrors({ ...errors, timeZone: undefined });
          }}
        />
        <Choices id={`${id}-time-zones`} of={timeZoneChoices} />
      </div>
      {save.error !== null && fieldErrorsOf(save.error) === null && (
        <FailureAlert
          error={save.error}
          isRetrying={save.isPending}
          onRetry={() => {
            send(fields);
          }}
        />
      )}
      <div className="flex items-center gap-4">
        <Button type="submit" aria-disabled={save.isPending}>
          Save preferences
        </Button>
        <p role="status" className="text-muted-foreground text-sm">
          {save.isPending ? 'Saving …' : save.isSuccess ? 'Saved' : ''}
        </p>
      </div>
    </form>
  );
}

/** The current preferences; already the new ones while a change is being saved. */
function Summary({ stored }: { readonly stored: PreferencesResponse }): ReactNode {
  return (
    <p className="text-muted-foreground text-sm" data-testid="preferences-summary">
      {stored.language === null || stored.timeZone === null
        ? 'You have not chosen any yet. The fields show your browser’s settings.'
        : `In use: ${languageName(stored.language)}, ${stored.timeZone.replaceAll('_', ' ')}.`}
    </p>
  );
}

interface ChoicesProps {
  readonly id: string;
  readonly of: () => readonly Choice[];
}

function Choices({ id, of: choices }: ChoicesProps): ReactNode {
  const [options] = useState(choices);
  return (
    <datalist id={id}>
      {options.map(({ value, label }) => (
        <option key={value} value={value} label={label} />
      ))}
    </datalist>
  );
}
