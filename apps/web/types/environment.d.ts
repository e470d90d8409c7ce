declare namespace NodeJS {
  /**
   * The variables that env.ts reads, and NEXT_RUNTIME. Declared by name because Next inlines only a
   * literal `process.env.NEXT_PUBLIC_…` with a dot.
   */
  interface ProcessEnv {
    readonly NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY?: string;
    readonly NEXT_PUBLIC_CLERK_PROXY_URL?: string;
    readonly NEXT_PUBLIC_API_URL?: string;
    readonly CLERK_SECRET_KEY?: string;
    readonly CLERK_ACCEPT_TOKENS_WITHOUT_AZP?: string;
    readonly API_URL?: string;
    readonly WEB_URL?: string;
    readonly WEB_DIST_DIR?: string;
    readonly WEB_SOURCE_MAPS?: string;
    readonly WEB_STANDALONE?: string;
    readonly NEXT_RUNTIME?: string;
  }
}
