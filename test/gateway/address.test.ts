import { addressOf, urlOption } from '../../gateway/address.ts';

describe('the address to call', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:8080'],
    ['0.0.0.0', '127.0.0.1:8080'],
    ['::', '127.0.0.1:8080'],
    ['::1', '[::1]:8080'],
    ['fd00::12', '[fd00::12]:8080'],
    ['gateway.example', 'gateway.example:8080'],
  ])('of what listens on %s is %s', (host, address) => {
    expect(addressOf(host, 8080)).toBe(address);
    expect(URL.canParse(`http://${address}`)).toBe(true);
  });

  it('is told to a command that would look elsewhere', () => {
    expect(urlOption('http://127.0.0.1:8080')).toBe('');
    expect(urlOption('http://127.0.0.1:8090')).toBe(' --url http://127.0.0.1:8090');
    expect(urlOption('http://[::1]:8080')).toBe(' --url http://[::1]:8080');
  });
});
