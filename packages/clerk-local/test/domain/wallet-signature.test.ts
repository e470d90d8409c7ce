import { describe, expect, test } from 'vitest';
import { decodeBase58 } from '../../src/domain/users/base58.js';
import { checksumAddress, signerOf } from '../../src/domain/users/ethereum.js';
import {
  newWalletChallenge,
  verifyWalletSignature,
} from '../../src/domain/users/wallet-signature.js';
import { EthereumWallet, SolanaWallet } from '../support/wallets.js';

const context = { origin: 'http://localhost:3000', now: 0 };

describe('Ethereum', () => {
  test('recovers the signer of web3.js’s published example', () => {
    const signature =
      '0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd' +
      '6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c';
    expect(signerOf('Some data', signature)).toBe('0x2c7536e3605d9c16a7a3d7b1898e529396a65c23');
  });

  test.each([
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  ])('writes %s as EIP-55 does', (address) => {
    expect(checksumAddress(address.toLowerCase())).toBe(address);
  });

  test('accepts only the wallet’s signature of this text', async () => {
    const wallet = new EthereumWallet();
    const strategy = 'web3_metamask_signature';
    const challenge = await newWalletChallenge(wallet.address, strategy, context);
    expect(challenge.message).toContain('localhost:3000 wants you to sign in with your Ethereum');
    const signature = wallet.sign(challenge.message);
    await verifyWalletSignature(wallet.address, challenge, signature);
    const wrong = [
      new EthereumWallet().sign(challenge.message),
      wallet.sign(`${challenge.message} `),
      signature.slice(0, -4),
      '0x',
      'not a signature',
    ];
    for (const each of wrong) {
      await expect(verifyWalletSignature(wallet.address, challenge, each)).rejects.toMatchObject({
        status: 422,
        code: 'form_incorrect_signature',
      });
    }
  });
});

describe('Solana', () => {
  test.each([
    ['2NEpo7TZRRrLZSi2U', 'Hello World!'],
    ['111', '\0\0\0'],
    ['0OIl', ''],
  ])('decodes %s', (text, expected) => {
    expect(Buffer.from(decodeBase58(text)).toString()).toBe(expected);
  });

  test('accepts only the wallet’s signature of this text', async () => {
    const wallet = new SolanaWallet();
    const challenge = await newWalletChallenge(wallet.address, 'web3_solana_signature', context);
    await verifyWalletSignature(wallet.address, challenge, wallet.sign(challenge.message));
    for (const each of [new SolanaWallet().sign(challenge.message), wallet.sign('other'), '']) {
      await expect(verifyWalletSignature(wallet.address, challenge, each)).rejects.toMatchObject({
        status: 422,
      });
    }
  });
});

test('refuses the strategy of another network, and a request without a page', async () => {
  const { address } = new EthereumWallet();
  await expect(newWalletChallenge(address, 'web3_solana_signature', context)).rejects.toMatchObject(
    { status: 422 },
  );
  await expect(
    newWalletChallenge(address, 'web3_metamask_signature', { origin: undefined, now: 0 }),
  ).rejects.toMatchObject({ code: 'origin_missing' });
});
