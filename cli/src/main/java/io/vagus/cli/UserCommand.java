package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus user}: who may sign in, and what he may do. */
@Command(
    name = "user",
    description = "Users: list, show, add, grant, withdraw, password, disable, enable, remove.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Roles: viewer, operator, responder, developer, admin; docs/how-to.md has what each may do.",
      "",
      "Example:",
      "  ./vagus user add ada --role operator"
    })
final class UserCommand {

  @Command(
      description = "Lists users with their roles.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus user list"})
  int list(
      @Mixin ApiOptions api,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode page = api.get(ApiPath.of("users"));
    if (json) {
      System.out.println(page.toPrettyString());
      return 0;
    }
    Table table = new Table("name", "roles", "state", "code", "last used");
    for (JsonNode user : page.path("items")) {
      table.add(
          text(user, "name"),
          roles(user),
          user.path("disabled").asBoolean() ? "disabled" : "enabled",
          user.path("secondFactor").asBoolean() ? "yes" : "no",
          text(user, "lastUsedAt"));
    }
    table.print();
    return 0;
  }

  private static String roles(JsonNode user) {
    List<String> roles = new ArrayList<>();
    for (JsonNode grant : user.path("grants")) {
      roles.add(text(grant, "role") + " on " + text(grant, "group"));
    }
    return String.join(", ", roles);
  }

  @Command(
      description = "Shows a user.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus user show ada"})
  int show(@Mixin ApiOptions api, @Parameters(paramLabel = "NAME") String name) {
    System.out.println(api.get(of(name)).toPrettyString());
    return 0;
  }

  @Command(
      description = {
        "Adds a user. The password, 12 characters or more, is asked for, or is the first line of",
        "the standard input."
      },
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus user add ada --role operator --name 'Ada L.'"})
  int add(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--role", required = true, description = "What he may do.") String role,
      @Option(names = "--group", description = "On which devices (default: all).")
          @Nullable String group,
      @Option(names = "--name", description = "For other people.") @Nullable String displayName,
      @Option(
              names = "--no-password",
              description = "Signs in at the OpenID provider only; asks for no password.")
          boolean noPassword) {
    ObjectNode user = JsonMapper.shared().createObjectNode().put("name", name);
    if (displayName != null) {
      user.put("displayName", displayName);
    }
    ObjectNode grant = user.putArray("grants").addObject();
    fill(grant, role, group);
    if (!noPassword) {
      user.put("password", PasswordPrompt.read("Password of " + name));
    }
    api.post(ApiPath.of("users"), user);
    System.out.println(name + " may sign in as " + role);
    return 0;
  }

  private static void fill(ObjectNode grant, String role, @Nullable String group) {
    grant.put("role", role);
    if (group != null) {
      grant.put("group", group);
    }
  }

  @Command(
      description = "Grants a role.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus user grant ada responder"})
  int grant(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "ROLE") String role,
      @Option(names = "--group", description = "On which devices (default: all).")
          @Nullable String group) {
    ObjectNode grant = JsonMapper.shared().createObjectNode();
    fill(grant, role, group);
    System.out.println(name + " is " + roles(api.post(of(name, "grants"), grant)));
    return 0;
  }

  @Command(
      description = "Takes a role back; at once, also for who is signed in.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus user withdraw ada responder"})
  int withdraw(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "ROLE") String role,
      @Option(names = "--group", defaultValue = "all", description = "On which devices.")
          String group) {
    JsonNode user = api.delete(of(name, "grants", role, group));
    System.out.println(name + " is " + (roles(user).isEmpty() ? "nothing now" : roles(user)));
    return 0;
  }

  @Command(
      description = "Sets a user's password; his sessions end.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus user password ada"})
  int password(@Mixin ApiOptions api, @Parameters(paramLabel = "NAME") String name) {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    api.post(
        of(name, "password"), body.put("password", PasswordPrompt.read("Password of " + name)));
    System.out.println(name + " has a new password");
    return 0;
  }

  @Command(
      name = "reset-code",
      description = "Removes a user's second factor, for one who lost his authenticator.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus user reset-code ada"})
  int resetCode(@Mixin ApiOptions api, @Parameters(paramLabel = "NAME") String name) {
    api.delete(of(name, "second-factor"));
    System.out.println(name + " is asked for no code");
    return 0;
  }

  @Command(
      description = "Ends a user's sessions and what his tokens are worth, until he is enabled.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus user disable ada"})
  int disable(@Mixin ApiOptions api, @Parameters(paramLabel = "NAME") String name) {
    return disabled(api, name, true);
  }

  @Command(
      description = "Lets a disabled user in again.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus user enable ada"})
  int enable(@Mixin ApiOptions api, @Parameters(paramLabel = "NAME") String name) {
    return disabled(api, name, false);
  }

  private static int disabled(ApiOptions api, String name, boolean disabled) {
    api.patch(of(name), JsonMapper.shared().createObjectNode().put("disabled", disabled));
    System.out.println(name + " is " + (disabled ? "disabled" : "enabled"));
    return 0;
  }

  @Command(
      description = "Removes a user for good.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus user remove ada"})
  int remove(@Mixin ApiOptions api, @Parameters(paramLabel = "NAME") String name) {
    api.delete(of(name));
    System.out.println(name + " is removed");
    return 0;
  }

  private static String of(String name, String... more) {
    List<String> segments = new ArrayList<>(List.of("users", name));
    segments.addAll(List.of(more));
    return ApiPath.of(segments.toArray(String[]::new));
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
