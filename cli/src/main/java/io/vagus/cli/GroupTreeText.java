package io.vagus.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** Groups, each below its parent; one whose parent is not among them stands on top. */
final class GroupTreeText {
  private final Map<String, List<JsonNode>> below = new TreeMap<>();

  GroupTreeText(JsonNode groups) {
    Set<String> shown =
        StreamSupport.stream(groups.spliterator(), false)
            .map(group -> group.path("id").asString(""))
            .collect(Collectors.toSet());
    for (JsonNode group : groups) {
      String parent = group.path("parent").asString("");
      below
          .computeIfAbsent(shown.contains(parent) ? parent : "", p -> new ArrayList<>())
          .add(group);
    }
  }

  void print() {
    Table table = new Table("group", "name", "devices are");
    add(table, "", 0);
    table.print();
  }

  private void add(Table table, String parent, int depth) {
    for (JsonNode group : below.getOrDefault(parent, List.of())) {
      String id = group.path("id").asString("");
      table.add(
          "  ".repeat(depth) + id,
          group.path("name").asString(""),
          group.has("query") ? "found by " + group.path("query") : "put into it");
      add(table, id, depth + 1);
    }
  }
}
