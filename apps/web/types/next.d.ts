/// <reference types="next" />
/// <reference types="next/image-types/global" />

// What Next generates as next-env.d.ts, so that types are checked before a first build, too.
declare module '*.css';
