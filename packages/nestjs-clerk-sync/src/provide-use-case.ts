import type { Abstract, FactoryProvider, Type } from '@nestjs/common';

/** A class as an injection token of its instances; abstract for ports. */
type Token<T> = Type<T> | Abstract<T>;

/**
 * Wires a plain class to its ports. Core classes know no decorators, so Nest cannot see what their
 * constructors take; here the compiler checks it.
 *
 * @param useCase the class
 * @param ports a token for each of its constructor's parameters, in their order
 */
export function provideUseCase<Instance, Ports extends readonly unknown[]>(
  useCase: new (...ports: Ports) => Instance,
  ports: { readonly [Index in keyof Ports]: Token<Ports[Index]> },
): FactoryProvider<Instance> {
  return {
    provide: useCase,
    useFactory: (...args: unknown[]) => new useCase(...(args as unknown as Ports)),
    inject: [...ports],
  };
}
