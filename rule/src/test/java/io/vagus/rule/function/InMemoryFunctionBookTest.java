package io.vagus.rule.function;

import io.vagus.testkit.ManualClock;

class InMemoryFunctionBookTest extends FunctionBookContract {
  @Override
  FunctionBook open() {
    return new InMemoryFunctionBook(new ManualClock(1_790_000_000_000_000L));
  }

  @Override
  void shut() {}
}
