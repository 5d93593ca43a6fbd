package io.vagus.twin;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
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
import io.vagus.wire.DocumentCodec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Relations in the registry's database. */
public final class SqlRelations implements Relations {
  public static final SchemaPart PART =
      new SchemaPart(
          Migration.beside(SqlRelations.class, 16),
          Map.of("relation", SqlRelations::replay),
          List.of(TableDump.of("relation", "kind,source,target", "note")));

  private static final String SAVED = "relation.saved";
  private static final String REMOVED = "relation.removed";
  private static final String COLUMNS = "select kind, source, target, note from relation ";

  private final Database database;
  private final EventLog events;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  public SqlRelations(Database database, EventLog events) {
    this.database = database;
    this.events = events;
  }

  @Override
  public void save(Relation relation) {
    database.write(sql -> {
      List<Relation> same = find(sql, relation);
      if (same.contains(relation)) {
        return false;
      }
      if (same.isEmpty()) {
        requireFit(sql, relation);
      }
      save(sql, relation);
      events.append(fact(SAVED, relation));
      return true;
    });
    tell();
  }

  private void tell() {
    listeners.forEach(Runnable::run);
  }

  @Override
  public void addListener(Runnable changed) {
    listeners.add(changed);
  }

  private static List<Relation> find(SqlConnection sql, Relation relation) {
    return sql.list(
        SqlRelations::relation,
        COLUMNS + "where kind = ? and source = ? and target = ?",
        relation.kind().word(),
        relation.from().text(),
        relation.to().text());
  }

  private static void requireFit(SqlConnection sql, Relation relation) {
    List<Node> from = next(sql, relation.kind(), relation.from(), true);
    List<Node> to = next(sql, relation.kind(), relation.to(), false);
    Reach.requireRoom(
        Math.max(from.size(), to.size()), sql.number("select count(*) from relation"));
    Reach.requireSound(relation, node -> next(sql, relation.kind(), node, true), to);
  }

  private static void save(SqlConnection sql, Relation relation) {
    sql.update(
        "insert into relation (kind, source, target, note) values (?, ?, ?, ?)"
            + " on conflict (kind, source, target) do update set note = excluded.note",
        relation.kind().word(),
        relation.from().text(),
        relation.to().text(),
        relation.note());
  }

  @Override
  public boolean remove(Relation relation) {
    boolean was =
        database.write(sql -> {
          boolean there = remove(sql, relation);
          if (there) {
            events.append(fact(REMOVED, relation));
          }
          return there;
        });
    tell();
    return was;
  }

  private static boolean remove(SqlConnection sql, Relation relation) {
    return sql.update(
            "delete from relation where kind = ? and source = ? and target = ?",
            relation.kind().word(),
            relation.from().text(),
            relation.to().text())
        > 0;
  }

  @Override
  public List<Relation> of(Node node) {
    return database.read(sql -> of(sql, node));
  }

  private static List<Relation> of(SqlConnection sql, Node node) {
    return sql.list(
        SqlRelations::relation,
        COLUMNS + "where source = ? or target = ? order by kind, source, target",
        node.text(),
        node.text());
  }

  @Override
  public List<Node> next(Relation.Kind kind, Node node, boolean forward) {
    return database.read(sql -> next(sql, kind, node, forward));
  }

  private static List<Node> next(
      SqlConnection sql, Relation.Kind kind, Node node, boolean forward) {
    return sql.list(
        row -> Node.parse(row.text(1)),
        forward
            ? "select target from relation where kind = ? and source = ? order by target"
            : "select source from relation where kind = ? and target = ? order by source",
        kind.word(),
        node.text());
  }

  @Override
  public void deviceDeleted(DeviceId device) {
    forget(new Node.OfDevice(device));
  }

  @Override
  public void groupDeleted(GroupId group) {
    forget(new Node.OfGroup(group));
  }

  @Override
  public void deviceBarred(DeviceId device) {}

  private void forget(Node node) {
    if (!of(node).isEmpty()) {
      database.write(sql -> {
        List<Relation> gone = of(sql, node);
        gone.forEach(relation -> remove(sql, relation));
        return events.append(gone.stream().map(r -> fact(REMOVED, r)).toList());
      });
      tell();
    }
  }

  private static Relation relation(SqlRow row) {
    return new Relation(
        kind(row.text(1)), Node.parse(row.text(2)), Node.parse(row.text(3)), row.text(4));
  }

  private static Relation.Kind kind(String word) {
    return Relation.Kind.valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** Its subject says all but the note. */
  private static Fact fact(String type, Relation relation) {
    String name =
        String.join(" ", relation.kind().word(), relation.from().text(), relation.to().text());
    return Fact.noted(new Subject("relation", name), type, Map.of("note", relation.note()));
  }

  private static void replay(SqlConnection sql, Event event) {
    String[] words = event.subject().name().split(" ");
    Relation relation =
        new Relation(
            kind(words[0]), Node.parse(words[1]), Node.parse(words[2]), note(event.body()));
    if (event.type().equals(SAVED)) {
      save(sql, relation);
    } else {
      var unused = remove(sql, relation);
    }
  }

  private static String note(String body) {
    String json = DocumentCodec.read(body).fields().getOrDefault("/note", "\"\"");
    return DocumentCodec.string(json);
  }
}
