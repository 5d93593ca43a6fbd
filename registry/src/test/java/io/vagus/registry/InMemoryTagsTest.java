package io.vagus.registry;

class InMemoryTagsTest extends TagsContract {
  @Override
  protected Registry open() {
    return new InMemoryRegistry(clock);
  }
}
