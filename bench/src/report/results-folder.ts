import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultsPage } from './markdown.js';
import { section, type Section, type StoredSection } from './section.js';

/** When and where a scenario ran. */
export type Conditions = Pick<StoredSection, 'when' | 'machine' | 'memoryLatency'>;

/** The folder of results: a JSON file and plots per scenario, and one page for all. */
export class ResultsFolder {
  /** @param order ids of all scenarios, in the page's order */
  constructor(
    private readonly path: string,
    private readonly order: readonly string[],
  ) {}

  /** Replaces a scenario's results and rewrites the page. */
  write({ charts, ...result }: Section, conditions: Conditions): void {
    mkdirSync(this.path, { recursive: true });
    for (const { file, svg } of charts) writeFileSync(join(this.path, file), svg);
    const stored = {
      ...result,
      charts: charts.map(({ svg: _svg, ...kept }) => kept),
      ...conditions,
    };
    writeFileSync(this.fileOf(result.id), `${JSON.stringify(stored, null, 2)}\n`);
    writeFileSync(join(this.path, 'README.md'), resultsPage(this.read()));
  }

  private read(): StoredSection[] {
    return this.order
      .map((id) => this.fileOf(id))
      .filter((file) => existsSync(file))
      .map((file) => section.parse(JSON.parse(readFileSync(file, 'utf8'))));
  }

  private fileOf(id: string): string {
    return join(this.path, `${id}.json`);
  }
}
