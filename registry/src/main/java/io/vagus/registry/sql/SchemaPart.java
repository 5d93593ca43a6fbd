package io.vagus.registry.sql;

import java.util.List;
import java.util.Map;

/**
 * What a module keeps in the registry's database.
 *
 * @param steps by the first word of an event's type, as {@code device} of {@code device.created}
 * @param tables that the event log tells of, with all their columns
 */
public record SchemaPart(
    List<Migration> migrations, Map<String, ReplayStep> steps, List<TableDump> tables) {}
