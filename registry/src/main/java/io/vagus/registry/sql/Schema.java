package io.vagus.registry.sql;

import io.vagus.registry.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tables of all modules and how the event log makes them. Two parts never claim one number or
 * one word.
 */
public final class Schema {
  /** The registry's own tables. */
  public static final Schema REGISTRY = new Schema(List.of(RegistryTables.PART));

  private final List<SchemaPart> parts;
  private final List<Migration> migrations;
  private final Map<String, ReplayStep> steps = new HashMap<>();

  private Schema(List<SchemaPart> parts) {
    this.parts = parts;
    migrations =
        parts.stream()
            .flatMap(part -> part.migrations().stream())
            .sorted(Comparator.comparing(Migration::number))
            .toList();
    if (migrations.stream().map(Migration::number).distinct().count() < migrations.size()) {
      throw new IllegalArgumentException("two migrations of one number: " + migrations);
    }
    for (SchemaPart part : parts) {
      part.steps()
          .forEach((word, step) -> {
            if (steps.put(word, step) != null) {
              throw new IllegalArgumentException("two steps for events of " + word);
            }
          });
    }
  }

  /** This and the tables of one module more. */
  public Schema with(SchemaPart part) {
    List<SchemaPart> more = new ArrayList<>(parts);
    more.add(part);
    return new Schema(more);
  }

  /** In order of their numbers. */
  List<Migration> migrations() {
    return migrations;
  }

  /** The number of the last migration. */
  public int version() {
    return migrations.getLast().number();
  }

  /** Every table that the event log tells of. */
  public List<TableDump> tables() {
    return parts.stream().flatMap(part -> part.tables().stream()).toList();
  }

  /** Makes rows of the event; false when this release knows no such event. */
  boolean replay(SqlConnection sql, Event event) {
    ReplayStep step = steps.get(event.type().substring(0, event.type().indexOf('.')));
    if (step == null) {
      return false;
    }
    step.apply(sql, event);
    return true;
  }
}
