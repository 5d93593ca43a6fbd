package io.vagus.sink;

import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.Fact;
import io.vagus.registry.Subject;
import io.vagus.registry.sql.Database;
import io.vagus.registry.sql.Migration;
import io.vagus.registry.sql.SchemaPart;
import io.vagus.registry.sql.SqlConnection;
import io.vagus.registry.sql.SqlRow;
import io.vagus.registry.sql.TableDump;
import io.vagus.registry.sql.Times;
import io.vagus.rule.Sink;
import io.vagus.wire.DocumentCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The sinks that somebody set up, and how far all are, in the registry's database. Secrets are kept
 * as they are used, as those of second factors are; the event log tells their names and when they
 * were set. Thread-safe.
 */
public final class SqlSinks {
  public static final SchemaPart PART =
      new SchemaPart(
          Migration.beside(SqlSinks.class, 19),
          Map.of("sink", SqlSinks::replay),
          List.of(
              TableDump.of("sink", "name", "kind,description,created_micros,changed_micros"),
              TableDump.of("sink_setting", "sink,name", "value"),
              TableDump.of("sink_secret", "sink,name", "set_micros")));

  private static final String SAVED = "sink.saved";
  private static final String DELETED = "sink.deleted";
  private static final String CONFIG = "config.";
  private static final String SECRET = "secret.";

  private final Database database;
  private final EventLog events;

  SqlSinks(Database database, EventLog events) {
    this.database = database;
    this.events = events;
  }

  /**
   * A sink with its secrets.
   *
   * @param createdMicros tells it from others of its name, before and after
   */
  record Stored(Sink sink, Map<String, Secret> secrets, long createdMicros) {
    /** Who the outbox and the cursors know it as. */
    String consumer() {
      return sink.name() + "@" + createdMicros;
    }

    Map<String, String> secretTexts() {
      Map<String, String> texts = new TreeMap<>();
      secrets.forEach((name, secret) -> texts.put(name, secret.text()));
      return texts;
    }
  }

  record Secret(String text, long setMicros) {
    @Override
    public String toString() {
      return "Secret[set " + setMicros + "]";
    }
  }

  List<Stored> all() {
    return database.snapshot(sql ->
        sql.list(row -> row.text(1), "select name from sink order by name").stream()
            .map(name -> find(sql, name).orElseThrow())
            .toList());
  }

  Optional<Stored> find(String name) {
    return database.snapshot(sql -> find(sql, name));
  }

  private static Optional<Stored> find(SqlConnection sql, String name) {
    Map<String, String> config = new TreeMap<>();
    sql.list(
            row -> Map.entry(row.text(1), row.text(2)),
            "select name, value from sink_setting where sink = ? order by name",
            name)
        .forEach(e -> config.put(e.getKey(), e.getValue()));
    Map<String, Secret> secrets = new TreeMap<>();
    sql.list(
            row -> Map.entry(row.text(1), new Secret(row.text(2), row.number(3))),
            "select name, value, set_micros from sink_secret where sink = ? order by name",
            name)
        .forEach(e -> secrets.put(e.getKey(), e.getValue()));
    return sql.first(
        row -> stored(row, config, secrets),
        "select name, kind, description, created_micros, changed_micros from sink where name = ?",
        name);
  }

  private static Stored stored(
      SqlRow row, Map<String, String> config, Map<String, Secret> secrets) {
    return new Stored(
        new Sink(
            row.text(1),
            Sink.Kind.valueOf(row.text(2)),
            row.text(3),
            config,
            secrets.keySet(),
            row.time(5)),
        secrets,
        row.number(4));
  }

  /**
   * Saves it, with an event.
   *
   * @param position of its cursor, when it is new
   */
  void save(Stored stored, long position) {
    database.write(sql -> {
      sql.update(
          "insert into sink_cursor (consumer, position) values (?, ?)"
              + " on conflict (consumer) do nothing",
          stored.consumer(),
          position);
      save(sql, stored);
      return events.append(List.of(fact(stored)));
    });
  }

  private static void save(SqlConnection sql, Stored stored) {
    Sink sink = stored.sink();
    remove(sql, sink.name());
    sql.update(
        "insert into sink (name, kind, description, created_micros, changed_micros)"
            + " values (?, ?, ?, ?, ?)",
        sink.name(),
        sink.kind().name(),
        sink.description(),
        stored.createdMicros(),
        Times.micros(sink.changedAt()));
    sink.config()
        .forEach((name, value) ->
            sql.update(
                "insert into sink_setting (sink, name, value) values (?, ?, ?)",
                sink.name(),
                name,
                value));
    stored
        .secrets()
        .forEach((name, secret) ->
            sql.update(
                "insert into sink_secret (sink, name, set_micros, value) values (?, ?, ?, ?)",
                sink.name(),
                name,
                secret.setMicros(),
                secret.text()));
  }

  private static void remove(SqlConnection sql, String name) {
    sql.update("delete from sink where name = ?", name);
    sql.update("delete from sink_setting where sink = ?", name);
    sql.update("delete from sink_secret where sink = ?", name);
  }

  /** With its cursor and its dead letters, and an event. */
  void delete(Stored stored) {
    String name = stored.sink().name();
    database.write(sql -> {
      remove(sql, name);
      sql.update("delete from sink_cursor where consumer = ?", stored.consumer());
      sql.update("delete from sink_dead_letter where sink = ?", name);
      return events.append(List.of(Fact.noted(subject(name), DELETED, Map.of())));
    });
  }

  /** Empty when it never moved. */
  Optional<Long> position(String consumer) {
    return database.read(sql ->
        sql.first(
            row -> row.number(1), "select position from sink_cursor where consumer = ?", consumer));
  }

  /** Cursors that moved, by consumer. */
  void move(Map<String, Long> positions) {
    database.write(sql -> {
      positions.forEach((consumer, position) ->
          sql.update(
              "insert into sink_cursor (consumer, position) values (?, ?)"
                  + " on conflict (consumer) do update set position = excluded.position",
              consumer,
              position));
      return positions.size();
    });
  }

  private static Subject subject(String name) {
    return new Subject("sink", name);
  }

  private static Fact fact(Stored stored) {
    Sink sink = stored.sink();
    Map<String, String> body = new LinkedHashMap<>();
    body.put("kind", sink.kind().name());
    body.put("description", sink.description());
    body.put("createdMicros", Long.toString(stored.createdMicros()));
    body.put("changedMicros", Long.toString(Times.micros(sink.changedAt())));
    sink.config().forEach((name, value) -> body.put(CONFIG + name, value));
    stored
        .secrets()
        .forEach((name, secret) -> body.put(SECRET + name, Long.toString(secret.setMicros())));
    return Fact.noted(subject(sink.name()), SAVED, body);
  }

  private static void replay(SqlConnection sql, Event event) {
    String name = event.subject().name();
    if (event.type().equals(SAVED)) {
      save(sql, said(name, event.body()));
    } else if (event.type().equals(DELETED)) {
      remove(sql, name);
    }
  }

  /** As an event tells it: without the secrets' texts. */
  private static Stored said(String name, String body) {
    Map<String, String> plain = new TreeMap<>();
    Map<String, String> config = new TreeMap<>();
    Map<String, Secret> secrets = new TreeMap<>();
    DocumentCodec.read(body)
        .fields()
        .forEach((pointer, json) -> {
          String key = pointer.substring(1).replace("~1", "/").replace("~0", "~");
          String value = DocumentCodec.string(json);
          if (key.startsWith(CONFIG)) {
            config.put(key.substring(CONFIG.length()), value);
          } else if (key.startsWith(SECRET)) {
            secrets.put(key.substring(SECRET.length()), new Secret("", Long.parseLong(value)));
          } else {
            plain.put(key, value);
          }
        });
    return new Stored(
        new Sink(
            name,
            Sink.Kind.valueOf(plain.getOrDefault("kind", "")),
            plain.getOrDefault("description", ""),
            config,
            secrets.keySet(),
            Times.instant(Long.parseLong(plain.getOrDefault("changedMicros", "0")))),
        secrets,
        Long.parseLong(plain.getOrDefault("createdMicros", "0")));
  }
}
