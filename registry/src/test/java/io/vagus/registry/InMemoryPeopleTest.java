package io.vagus.registry;

class InMemoryPeopleTest extends PeopleContract {
  @Override
  protected Registry open() {
    return new InMemoryRegistry(clock);
  }
}
