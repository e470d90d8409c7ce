import type { Abstract, FactoryProvider, Type } from '@nestjs/common';

declare const valueOf: unique symbol;

/** An injection token for a value without a class. Its type exists only at compile time. */
export type ValueToken<T> = symbol & { readonly [valueOf]: T };

/** A class as an injection token of its instances (abstract for ports), or a token of a value. */
export type Token<T> = Type<T> | Abstract<T> | ValueToken<T>;

/** One token per parameter of a function, in the same order. */
export type Tokens<Parameters extends readonly unknown[]> = {
  readonly [Index in keyof Parameters]: Token<Parameters[Index]>;
};

/**
 * Creates an injection token of a value.
 *
 * @param name for Nest's errors
 */
export function valueToken<T>(name: string): ValueToken<T> {
  return Symbol(`ClerkSync ${name}`) as ValueToken<T>;
}

/**
 * Provides the result of a function. The compiler checks that the tokens match its parameters.
 *
 * @param token the token of the result
 * @param dependencies a token for each parameter of `create`
 */
export function provide<T, Dependencies extends readonly unknown[]>(
  token: Token<T>,
  dependencies: Tokens<Dependencies>,
  create: (...dependencies: Dependencies) => T,
): FactoryProvider<T> {
  return {
    provide: token,
    inject: [...dependencies],
    useFactory: create,
  };
}

/**
 * Wires a plain class to its ports. Core classes have no decorators, so Nest cannot see their
 * constructor parameters; the compiler checks them here.
 *
 * @param useCase the class
 * @param ports a token for each of its constructor's parameters, in their order
 */
export function provideUseCase<Instance, Ports extends readonly unknown[]>(
  useCase: new (...ports: Ports) => Instance,
  ports: Tokens<Ports>,
): FactoryProvider<Instance> {
  return provide(
    useCase as Type<Instance>,
    ports,
    (...injected: Ports) => new useCase(...injected),
  );
}
