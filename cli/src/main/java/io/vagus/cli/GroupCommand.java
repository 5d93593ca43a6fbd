package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus group}: the tree of groups, and which devices are in one. */
@Command(
    name = "group",
    description =
        "Groups: list, show, create, query, rename, move, delete, members, add, remove. One without"
            + " a parent is an organisation.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  ./vagus group create acme/north --parent acme"})
final class GroupCommand {
  private static final String GROUPS = "/api/v1/groups";

  @Command(
      description = "Lists the groups as a tree.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus group list"})
  int list(
      @Mixin ApiOptions api,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode groups = api.get(GROUPS);
    if (json) {
      System.out.println(groups.toPrettyString());
    } else {
      new GroupTreeText(groups.path("items")).print();
    }
    return 0;
  }

  @Command(
      description = "Shows a group.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus group show acme/north"})
  int show(@Mixin ApiOptions api, @Parameters(paramLabel = "GROUP") String id) {
    System.out.println(api.get(path(id)).toPrettyString());
    return 0;
  }

  @Command(
      description = "Makes a group that devices are put into.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus group create acme --name 'Acme Ltd.'",
        "  ./vagus group create acme/north --parent acme"
      })
  int create(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "GROUP") String id,
      @Option(names = "--parent", description = "The group it is in (default: an organisation).")
          @Nullable String parent,
      @Option(names = "--name", description = "For people (default: the id).")
          @Nullable String name) {
    return save(api, id, fresh(parent, name));
  }

  @Command(
      description = "Makes a dynamic group: the devices inside its parent that meet it all.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus group query acme/old --parent acme --product pump --detail firmwareVersion=1.0"
      })
  int query(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "GROUP") String id,
      @Option(names = "--parent", required = true, description = "Among whose devices.")
          String parent,
      @Option(names = "--name", description = "For people (default: the id).")
          @Nullable String name,
      @Option(names = "--product", description = "Of that product.") @Nullable String product,
      @Option(names = "--status", description = "In that status.") @Nullable String status,
      @Option(names = "--tag", description = "KEY=VALUE, as often as there are.")
          @Nullable Map<String, String> tags,
      @Option(
              names = "--detail",
              description = "Such as firmwareVersion=1.0, region=eu; as often as there are.")
          @Nullable Map<String, String> details) {
    ObjectNode group = fresh(parent, name);
    ObjectNode query = group.putObject("query");
    put(query, "product", product);
    put(query, "status", status);
    if (tags != null) {
      ObjectNode object = query.putObject("tags");
      tags.forEach(object::put);
    }
    if (details != null) {
      details.forEach(query::put);
    }
    return save(api, id, group);
  }

  @Command(
      description = "Gives a group another name for people.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus group rename acme/north 'Acme, plant north'"})
  int rename(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "GROUP") String id,
      @Parameters(paramLabel = "NAME") String name) {
    return save(api, id, known(api, id).put("name", name));
  }

  @Command(
      description = "Puts a group, with all that is below it, into another of its organisation.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus group move acme/north --to acme/plants"})
  int move(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "GROUP") String id,
      @Option(names = "--to", required = true, description = "Its new parent.") String parent) {
    return save(api, id, known(api, id).put("parent", parent));
  }

  @Command(
      description = "Deletes a group that nothing is in, and that nobody has rights on.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus group delete acme/old"})
  int delete(@Mixin ApiOptions api, @Parameters(paramLabel = "GROUP") String id) {
    api.delete(path(id));
    System.out.println(id + " is deleted");
    return 0;
  }

  @Command(
      description = "Lists the devices that are in a group or below, or that its query finds.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus group members acme/north"})
  int members(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "GROUP") String id,
      @Option(names = "--limit", defaultValue = "100", description = "At most so many, up to 1000.")
          int limit,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    api.get(path(id)); // of one that does not exist nobody is told that it is empty
    JsonNode page = api.get("/api/v1/devices?limit=" + limit + ApiPath.and("group", id));
    if (json) {
      System.out.println(page.toPrettyString());
      return 0;
    }
    Table table = new Table("id", "product", "status", "group");
    for (JsonNode d : page.path("items")) {
      table.add(text(d, "id"), text(d, "product"), text(d, "status"), text(d, "group"));
    }
    table.print();
    System.out.println(page.path("total").asLong() + " devices");
    return 0;
  }

  @Command(
      description = "Puts devices into a group.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus group add acme/north pump-7 pump-8"})
  int add(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "GROUP") String id,
      @Parameters(paramLabel = "DEVICE", index = "1..*", arity = "1..*") List<String> devices) {
    ObjectNode patch = JsonMapper.shared().createObjectNode().put("group", id);
    for (String device : devices) {
      api.patch(ApiPath.of("devices", device), patch);
      System.out.println(device + " is in " + id);
    }
    return 0;
  }

  @Command(
      description = "Takes devices out of their groups.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus group remove pump-7"})
  int remove(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "DEVICE", arity = "1..*") List<String> devices) {
    ObjectNode patch = JsonMapper.shared().createObjectNode().putNull("group");
    for (String device : devices) {
      api.patch(ApiPath.of("devices", device), patch);
      System.out.println(device + " is in no group");
    }
    return 0;
  }

  private static ObjectNode fresh(@Nullable String parent, @Nullable String name) {
    ObjectNode group = JsonMapper.shared().createObjectNode();
    put(group, "parent", parent);
    put(group, "name", name);
    return group;
  }

  private static void put(ObjectNode object, String field, @Nullable String value) {
    if (value != null) {
      object.put(field, value);
    }
  }

  /** As it is, to be changed. */
  private static ObjectNode known(ApiOptions api, String id) {
    ObjectNode group = (ObjectNode) api.get(path(id));
    group.remove("id");
    return group;
  }

  private static int save(ApiOptions api, String id, ObjectNode group) {
    System.out.println(api.put(path(id), group).toPrettyString());
    return 0;
  }

  private static String path(String id) {
    return ApiPath.of("groups", id);
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
