import { EnvironmentError, readEnvironment } from '../../../../src/infrastructure/config/env.js';
import { anEnvironment, type Variables } from '../../../support/environment.builder.js';

/** @returns the error with which the environment is refused */
export function refusal(given: Variables): EnvironmentError {
  try {
    readEnvironment(anEnvironment(given));
  } catch (error) {
    if (error instanceof EnvironmentError) return error;
    throw error;
  }
  throw new Error('The environment was accepted.');
}
