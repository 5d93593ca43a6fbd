package io.vagus.twin;

class InMemoryRelationsTest extends RelationsContract {
  @Override
  Relations open() {
    return new InMemoryRelations();
  }

  @Override
  void shut() {}
}
