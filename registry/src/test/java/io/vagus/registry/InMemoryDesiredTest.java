package io.vagus.registry;

class InMemoryDesiredTest extends DesiredContract {
  @Override
  protected Registry open() {
    return new InMemoryRegistry(clock);
  }
}
