/// <reference types="next" />
/// <reference types="next/image-types/global" />

// The content of the generated next-env.d.ts, so that types can be checked before the first build.
declare module '*.css';
