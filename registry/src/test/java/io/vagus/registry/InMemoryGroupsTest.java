package io.vagus.registry;

class InMemoryGroupsTest extends GroupsContract {
  @Override
  protected Registry open() {
    return new InMemoryRegistry(clock);
  }
}
