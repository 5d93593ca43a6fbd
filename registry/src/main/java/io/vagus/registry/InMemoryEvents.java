package io.vagus.registry;

import io.vagus.kit.WallClock;
import io.vagus.model.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The log's twin without a disk. Owns its lock. */
final class InMemoryEvents implements EventLog {
  private final WallClock wall;
  private final List<Event> events = new ArrayList<>();
  private final EventChain chain = new EventChain(EventHead.NONE);

  InMemoryEvents(WallClock wall) {
    this.wall = wall;
    append(LogFacts.began());
  }

  @Override
  public synchronized List<Event> append(List<Fact> facts) {
    List<Event> appended =
        facts.stream().map(fact -> chain.link(wall.now(), Actor.current(), fact)).toList();
    events.addAll(appended);
    return appended;
  }

  @Override
  public synchronized Page<Event> events(Filter filter, Optional<String> cursor, int limit) {
    Paging.requireLimit(limit);
    long before = EventPaging.before(cursor);
    return EventPaging.page(
        events.reversed().stream()
            .filter(e -> e.sequence() < before)
            .filter(e -> filter.subject().isEmpty() || filter.subject().get().equals(e.subject()))
            .filter(e -> filter.actor().isEmpty() || filter.actor().get().equals(e.actor()))
            .filter(e -> filter.type().isEmpty() || filter.type().get().equals(e.type()))
            .filter(e -> filter.from().isEmpty() || !e.time().isBefore(filter.from().get()))
            .filter(e -> filter.to().isEmpty() || e.time().isBefore(filter.to().get()))
            .limit(limit + 1L)
            .toList(),
        limit);
  }

  @Override
  public synchronized EventHead head() {
    return chain.head();
  }
}
