package io.vagus.journal;

import io.vagus.kit.DataSize;
import io.vagus.kit.MonotonicClock;

final class InMemoryJournalTest extends JournalContract {
  @Override
  Journal create(DataSize queueBytes) {
    return new InMemoryJournal(queueBytes, MonotonicClock.system());
  }
}
