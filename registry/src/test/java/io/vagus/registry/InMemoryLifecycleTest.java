package io.vagus.registry;

class InMemoryLifecycleTest extends LifecycleContract {
  @Override
  protected Registry open() {
    return new InMemoryRegistry(clock);
  }
}
