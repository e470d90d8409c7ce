import type { ReactNode } from 'react';
import { Inbox, TriangleAlert } from 'lucide-react';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Mark } from '@/components/brand/mark';
import { Page } from '@/components/layout/page';
import { Alert, AlertDescription, AlertTitle } from '@/components/ui/alert';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from '@/components/ui/card';
import { Command } from '@/components/ui/command';
import { EmptyState } from '@/components/ui/empty-state';
import { Field } from '@/components/ui/field';
import { Meter } from '@/components/ui/meter';
import { Skeleton } from '@/components/ui/skeleton';
import { isDevelopment } from '@/env';
import { ToastSample } from './toast-sample';

export const metadata: Metadata = { title: 'Components' };

const colours = [
  'bg-background',
  'bg-card',
  'bg-muted',
  'bg-accent',
  'bg-primary',
  'bg-success',
  'bg-warning',
  'bg-destructive',
  'bg-border',
  'bg-ring',
];

/** All components and tokens on one page, in development only. */
export default function ComponentsPage(): ReactNode {
  if (!isDevelopment) notFound();
  return (
    <Page title="Components" lead="Tokens and components, in development only.">
      <Sample name="Mark and type">
        <Mark className="text-primary size-16" />
        <p className="text-display font-semibold">Display</p>
        <p className="text-title font-semibold">Title</p>
        <p>
          Text, and <span className="text-muted-foreground">muted text</span>.
        </p>
      </Sample>
      <Sample name="Colours">
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-5">
          {colours.map((colour) => (
            <div key={colour} className="flex flex-col gap-1.5 text-xs">
              <span className={`h-14 rounded-lg border ${colour}`} />
              {colour.slice(3)}
            </div>
          ))}
        </div>
      </Sample>
      <Sample name="Buttons and badges">
        <div className="flex flex-wrap gap-3">
          <Button>Default</Button>
          <Button variant="outline">Outline</Button>
          <Button variant="ghost">Ghost</Button>
          <Button variant="destructive">Destructive</Button>
          <Button disabled>Disabled</Button>
          <Button size="sm">Small</Button>
          <Button size="lg">Large</Button>
        </div>
        <div className="flex flex-wrap gap-3">
          <Badge>Default</Badge>
          <Badge variant="accent">Accent</Badge>
          <Badge variant="success">Success</Badge>
        </div>
      </Sample>
      <Sample name="Fields and commands">
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Field" hint="A hint" defaultValue="A value" />
          <Field label="Field with an error" error="What is wrong" defaultValue="A value" />
        </div>
        <Command>npm start</Command>
      </Sample>
      <Sample name="States">
        <Alert variant="destructive">
          <TriangleAlert aria-hidden />
          <AlertTitle>What failed</AlertTitle>
          <AlertDescription>What it means, and what to do.</AlertDescription>
        </Alert>
        <EmptyState icon={Inbox} title="Nothing yet">
          What will appear here, and when.
        </EmptyState>
        <Meter label="Meter" value={42} max={60} text="42 of 60 seconds" />
        <Skeleton className="h-10" />
        <ToastSample />
      </Sample>
    </Page>
  );
}

interface SampleProps {
  readonly name: string;
  readonly children: ReactNode;
}

function Sample({ name, children }: SampleProps): ReactNode {
  return (
    <Card>
      <CardHeader>
        <CardTitle>{name}</CardTitle>
        <CardDescription>components/ui</CardDescription>
      </CardHeader>
      <CardContent className="flex flex-col gap-5">{children}</CardContent>
    </Card>
  );
}
