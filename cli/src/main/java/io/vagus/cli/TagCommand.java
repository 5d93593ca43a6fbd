package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus tag}: which tags devices may have. */
@Command(
    name = "tag",
    description =
        "Tags: list, declare, forget, adopt, close, open, misfits. Devices keep what they have;"
            + " what is given from now on must fit.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  ./vagus tag declare site --value north --value south"})
final class TagCommand {
  private static final String TAGS = "/api/v1/tags";

  @Command(
      description = "Lists the declared keys.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus tag list"})
  int list(
      @Mixin ApiOptions api,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    show(api.get(TAGS), json);
    return 0;
  }

  @Command(
      description = "Declares a key, in place of how it was declared before.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus tag declare site --value north --value south --meaning 'where it stands'",
        "  ./vagus tag declare note"
      })
  int declare(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "KEY") String key,
      @Option(names = "--value", description = "That it may have (default: any).")
          @Nullable List<String> values,
      @Option(names = "--meaning", defaultValue = "", description = "For people.") String meaning) {
    ObjectNode vocabulary = known(api);
    ObjectNode declared = without(vocabulary, key).addObject();
    declared.put("key", key).put("meaning", meaning);
    ArrayNode all = declared.putArray("values");
    if (values != null) {
      values.forEach(all::add);
    }
    return save(api, vocabulary);
  }

  @Command(
      description = "Takes a key out of the declared ones.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus tag forget note"})
  int forget(@Mixin ApiOptions api, @Parameters(paramLabel = "KEY") String key) {
    ObjectNode vocabulary = known(api);
    without(vocabulary, key);
    return save(api, vocabulary);
  }

  @Command(
      description = "Declares every key that a device has, so that all devices fit.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus tag adopt && ./vagus tag close"})
  int adopt(@Mixin ApiOptions api) {
    ObjectNode vocabulary = known(api);
    Set<String> declared = new TreeSet<>();
    vocabulary.path("keys").forEach(key -> declared.add(key.path("key").asString("")));
    ArrayNode keys = (ArrayNode) vocabulary.path("keys");
    used(api).stream()
        .filter(key -> !declared.contains(key))
        .forEach(key -> keys.addObject().put("key", key));
    return save(api, vocabulary);
  }

  private static Set<String> used(ApiOptions api) {
    Set<String> used = new TreeSet<>();
    String next = "";
    do {
      JsonNode page = api.get("/api/v1/devices?limit=1000" + next);
      page.path("items").forEach(d -> used.addAll(d.path("tags").propertyNames()));
      next = page.has("next") ? ApiPath.and("cursor", page.path("next").asString("")) : "";
    } while (!next.isEmpty());
    return used;
  }

  @Command(
      description = "Lets devices have declared keys only.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus tag close"})
  int close(@Mixin ApiOptions api) {
    return save(api, known(api).put("open", false));
  }

  @Command(
      description = "Lets devices have other keys too.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus tag open"})
  int open(@Mixin ApiOptions api) {
    return save(api, known(api).put("open", true));
  }

  @Command(
      description = "Lists devices whose tags do not fit. Exit code 1 when there are any.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus tag misfits"})
  int misfits(@Mixin ApiOptions api) {
    Table table = new Table("device", "why");
    Map<String, String> found = new TreeMap<>();
    String next = "";
    do {
      JsonNode page = api.get(TAGS + "/misfits?limit=1000" + next);
      page.path("items")
          .forEach(m ->
              m.path("why")
                  .forEach(why ->
                      found.merge(
                          m.path("device").asString(""),
                          why.asString(""),
                          (a, b) -> a + "; " + b)));
      next = page.has("next") ? ApiPath.and("cursor", page.path("next").asString("")) : "";
    } while (!next.isEmpty());
    found.forEach(table::add);
    table.print();
    return found.isEmpty() ? 0 : 1;
  }

  private static ObjectNode known(ApiOptions api) {
    return (ObjectNode) api.get(TAGS);
  }

  private static ArrayNode without(ObjectNode vocabulary, String key) {
    ArrayNode keys = (ArrayNode) vocabulary.path("keys");
    for (int i = keys.size() - 1; i >= 0; i--) {
      if (keys.get(i).path("key").asString("").equals(key)) {
        keys.remove(i);
      }
    }
    return keys;
  }

  private static int save(ApiOptions api, ObjectNode vocabulary) {
    show(api.put(TAGS, vocabulary), false);
    return 0;
  }

  private static void show(JsonNode vocabulary, boolean json) {
    if (json) {
      System.out.println(vocabulary.toPrettyString());
      return;
    }
    Table table = new Table("key", "values", "meaning");
    for (JsonNode key : vocabulary.path("keys")) {
      String values = key.path("values").isEmpty() ? "any" : key.path("values").toString();
      table.add(key.path("key").asString(""), values, key.path("meaning").asString(""));
    }
    table.print();
    System.out.println(
        vocabulary.path("open").asBoolean() ? "other keys may be used too" : "no other keys");
  }
}
