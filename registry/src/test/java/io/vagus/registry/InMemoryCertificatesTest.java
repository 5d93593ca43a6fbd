package io.vagus.registry;

class InMemoryCertificatesTest extends CertificatesContract {
  @Override
  protected Registry open() {
    return new InMemoryRegistry(clock);
  }
}
