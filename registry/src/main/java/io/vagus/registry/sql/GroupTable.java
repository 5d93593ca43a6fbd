package io.vagus.registry.sql;

import io.vagus.model.GroupId;
import io.vagus.registry.CatalogueFacts;
import io.vagus.registry.Group;
import io.vagus.registry.GroupRules;
import io.vagus.registry.GroupTree;
import io.vagus.registry.Json;

/** Groups: rows, and their tree in memory, which the file's writer replaces after each commit. */
final class GroupTable {
  private final Database database;
  private final SqlEvents events;
  private volatile GroupTree tree;

  GroupTable(Database database, SqlEvents events) {
    this.database = database;
    this.events = events;
    this.tree = database.read(GroupTable::load);
  }

  static GroupTree load(SqlConnection sql) {
    return new GroupTree(
        sql.list(
            row ->
                new Group(
                    new GroupId(row.text(1)),
                    row.optionalText(2).map(GroupId::new),
                    row.text(3),
                    row.optionalText(4).map(Json::toQuery)),
            "select id, parent, name, query from device_group"));
  }

  /** As of the last commit; never touches the disk. */
  GroupTree tree() {
    return tree;
  }

  Group save(Group group) {
    return database.write(
        sql -> {
          GroupRules.requireStorable(tree, group);
          save(sql, group);
          events.append(sql, CatalogueFacts.groupSaved(group));
          return group;
        },
        saved -> tree = tree.with(saved));
  }

  static void save(SqlConnection sql, Group group) {
    sql.update(
        "insert into device_group values (?, ?, ?, ?) on conflict (id) do update set"
            + " parent = excluded.parent, name = excluded.name, query = excluded.query",
        group.id().value(),
        group.parent().map(GroupId::value).orElse(null),
        group.name(),
        group.query().map(Json::ofQuery).orElse(null));
  }

  void delete(GroupId id, CatalogueTables catalogue) {
    database.write(
        sql -> {
          GroupRules.requireEmpty(new SqlLookup(sql, catalogue.catalogue(), tree), id);
          delete(sql, id);
          return events.append(sql, CatalogueFacts.groupDeleted(id));
        },
        deleted -> tree = tree.without(id));
  }

  static void delete(SqlConnection sql, GroupId id) {
    sql.update("delete from device_group where id = ?", id.value());
  }
}
