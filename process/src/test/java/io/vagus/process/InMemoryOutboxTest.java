package io.vagus.process;

import io.vagus.rule.Firing;
import io.vagus.rule.InMemoryOutbox;
import io.vagus.rule.Outbox;
import java.util.List;

class InMemoryOutboxTest extends OutboxContract {
  private final InMemoryOutbox outbox = new InMemoryOutbox();

  @Override
  Outbox outbox() {
    return outbox;
  }

  @Override
  void add(List<Firing> firings) {
    outbox.add(firings);
  }
}
