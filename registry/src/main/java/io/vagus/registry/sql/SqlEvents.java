package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.model.Page;
import io.vagus.registry.Actor;
import io.vagus.registry.Event;
import io.vagus.registry.EventChain;
import io.vagus.registry.EventHead;
import io.vagus.registry.EventLog;
import io.vagus.registry.EventPaging;
import io.vagus.registry.Fact;
import io.vagus.registry.Paging;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The log as rows, written by whoever holds the file's one writer. */
final class SqlEvents implements EventLog {
  private final Database database;
  private final WallClock wall;

  SqlEvents(Database database, WallClock wall) {
    this.database = database;
    this.wall = wall;
  }

  /** Of the transaction it is given. */
  Event append(SqlConnection sql, Fact fact) {
    return append(sql, List.of(fact)).getFirst();
  }

  /** In their order, at one time, of the transaction it is given. */
  List<Event> append(SqlConnection sql, List<Fact> facts) {
    EventChain chain = new EventChain(EventTable.head(sql));
    Actor actor = Actor.current();
    Instant now = wall.now();
    List<Event> events = new ArrayList<>(facts.size());
    for (Fact fact : facts) {
      Event event = chain.link(now, actor, fact);
      events.add(event);
    }
    EventTable.insert(sql, events);
    return events;
  }

  @Override
  public List<Event> append(List<Fact> facts) {
    return database.write(sql -> append(sql, facts));
  }

  @Override
  public Page<Event> events(Filter filter, Optional<String> cursor, int limit) {
    Paging.requireLimit(limit);
    long before = EventPaging.before(cursor);
    return EventPaging.page(
        database.read(sql -> EventTable.list(sql, filter, before, limit + 1)), limit);
  }

  @Override
  public EventHead head() {
    return database.read(EventTable::head);
  }
}
