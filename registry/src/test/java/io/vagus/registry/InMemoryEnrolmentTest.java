package io.vagus.registry;

class InMemoryEnrolmentTest extends EnrolmentContract {
  @Override
  protected Registry open() {
    return new InMemoryRegistry(clock);
  }
}
