package io.vagus.registry;

class InMemoryEventsTest extends EventLogContract {
  @Override
  protected Registry open() {
    return new InMemoryRegistry(clock);
  }
}
