package io.vagus.registry;

import io.vagus.kit.WallClock;
import java.util.List;

/** People, tokens and uses without a disk. Owns a lock, under which all changes are made. */
final class InMemoryPeople {
  private final Object lock = new Object();
  private final InMemoryEvents events;
  final People people;
  final Tokens tokens;
  final RightUses uses;

  InMemoryPeople(InMemoryEvents events, WallClock wall) {
    this.events = events;
    people = new HeldPeople(this::change, List.of(), wall);
    tokens = new HeldTokens(new Kept(), List.of(), wall);
    uses = new HeldRightUses(new Uses(), List.of(), wall);
  }

  private void change(HeldPeople.Store.Maker maker, HeldPeople.Store.Committed committed) {
    synchronized (lock) {
      maker
          .make()
          .ifPresent(change -> {
            events.append(PeopleFacts.of(change));
            committed.committed(change);
          });
    }
  }

  private final class Kept implements HeldTokens.Store {
    @Override
    public void save(HeldTokens.StoredToken token, Runnable judge, Runnable committed) {
      synchronized (lock) {
        judge.run();
        events.append(PeopleFacts.tokenIssued(token));
        committed.run();
      }
    }

    @Override
    public void delete(HeldTokens.StoredToken token, Runnable committed) {
      synchronized (lock) {
        events.append(PeopleFacts.tokenRevoked(token));
        committed.run();
      }
    }
  }

  private static final class Uses implements HeldRightUses.Store {
    @Override
    public void save(HeldRightUses.Use use) {}

    @Override
    public void forget(String actor) {}
  }
}
