package io.vagus.registry;

class InMemoryRegistryTest extends RegistryContract {
  @Override
  protected Registry open() {
    return new InMemoryRegistry(clock);
  }
}
