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
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus token}: how programs come to the API. */
@Command(
    name = "token",
    description = "Tokens of the API: list, issue, revoke.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  ./vagus token issue grafana --scope viewer --lifetime 30d"})
final class TokenCommand {

  @Command(
      description = "Lists tokens, never their text.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus token list"})
  int list(
      @Mixin ApiOptions api,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode page = api.get(ApiPath.of("tokens"));
    if (json) {
      System.out.println(page.toPrettyString());
      return 0;
    }
    Table table = new Table("id", "name", "scopes", "owner", "made", "ends", "last used");
    for (JsonNode token : page.path("items")) {
      List<String> scopes = new ArrayList<>();
      token.path("scopes").forEach(scope -> scopes.add(scope.asString()));
      table.add(
          text(token, "id"),
          text(token, "name"),
          String.join(" ", scopes),
          text(token, "owner"),
          text(token, "createdAt"),
          token.path("expiresAt").asString("never"),
          token.path("lastUsedAt").asString("never"));
    }
    table.print();
    return 0;
  }

  @Command(
      description = "Makes a token and prints it, this once.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "A scope is a role or a right; none may be wider than your own.",
        "",
        "Example:",
        "  ./vagus token issue nightly --scope backup.take --lifetime 365d > nightly.token"
      })
  int issue(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--scope", required = true, description = "As often as there are.")
          List<String> scopes,
      @Option(names = "--group", description = "On which devices (default: all).")
          @Nullable String group,
      @Option(names = "--lifetime", description = "Such as 12h or 30d (default: for ever).")
          @Nullable String lifetime) {
    ObjectNode body = JsonMapper.shared().createObjectNode().put("name", name);
    ArrayNode words = body.putArray("scopes");
    scopes.forEach(words::add);
    if (group != null) {
      body.put("group", group);
    }
    if (lifetime != null) {
      body.put("lifetime", lifetime);
    }
    System.out.println(text(api.post(ApiPath.of("tokens"), body), "token"));
    return 0;
  }

  @Command(
      description = "Revokes a token: it is worth nothing from now on.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus token revoke 3f9ac1d2e4b5"})
  int revoke(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    api.delete(ApiPath.of("tokens", id));
    System.out.println(id + " is revoked");
    return 0;
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
