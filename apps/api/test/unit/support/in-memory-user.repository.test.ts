import { InMemoryUserRepository } from '../../support/in-memory-user.repository.js';
import { describeUserRepository } from '../../support/user-repository.contract.js';

describeUserRepository('InMemoryUserRepository', () => new InMemoryUserRepository());
