package io.vagus.cli;

import io.vagus.registry.EventHead;
import io.vagus.registry.sql.RegistryAudit;
import io.vagus.registry.sql.RegistryAudit.ChainReport;
import io.vagus.registry.sql.RegistryAudit.RebuildReport;
import io.vagus.server.Configuration;
import io.vagus.server.Server;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code ./vagus audit}. */
@Command(
    name = "audit",
    description = "Who changed what, and proof that the record of it is whole.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  ./vagus audit verify --data /var/lib/vagus      proves the log; prints its head to keep",
      "  ./vagus audit rebuild --data /var/lib/vagus     makes the tables again and compares",
      "  ./vagus audit events --device pump-7            what happened to a device",
      "  ./vagus audit rights                            what nobody uses and can be taken back"
    },
    subcommands = {
      AuditCommand.Verify.class,
      AuditCommand.Rebuild.class,
      AuditCommand.Events.class,
      CredentialAuditCommand.class,
      AuditRightsCommand.class
    })
final class AuditCommand implements Runnable {
  private static final int MAX_SHOWN = 100;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli fills it
  CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  private static RegistryAudit open(DataOptions data) {
    Configuration configuration = data.read();
    return RegistryAudit.open(
        configuration.registry(),
        configuration.server().data().resolve("registry.db"),
        Server.SCHEMA);
  }

  private static boolean print(ChainReport report) {
    report.firstBreak().ifPresent(broken -> System.out.println("BROKEN: " + broken.why()));
    System.out.println(
        report.firstBreak().isPresent()
            ? "proved up to event " + report.head().sequence()
            : "whole: " + report.head().sequence() + " events");
    return report.firstBreak().isEmpty();
  }

  /** {@code ./vagus audit verify}. */
  @Command(
      name = "verify",
      description =
          "Proves the chain of the event log; names its first broken link, with exit code 1.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "The server may run meanwhile. The chain alone cannot show that the newest events were cut",
        "off, or that the log was written anew: for that give a head that was kept elsewhere.",
        "",
        "Example:",
        "  ./vagus audit verify --data /var/lib/vagus --head 1207:9f2c…"
      })
  static final class Verify implements Callable<Integer> {
    @Mixin final DataOptions data = new DataOptions();

    @Option(
        names = "--head",
        paramLabel = "HEAD",
        description = "SEQUENCE:HASH that an earlier run printed: the log must have it.")
    @Nullable String head;

    @Override
    public Integer call() {
      Optional<EventHead> kept = Optional.ofNullable(head).map(EventHead::parse);
      try (RegistryAudit audit = open(data)) {
        ChainReport report = audit.verify(kept);
        boolean whole = print(report);
        System.out.println("head " + report.head().text());
        return whole ? 0 : 1;
      }
    }
  }

  /** {@code ./vagus audit rebuild}. */
  @Command(
      name = "rebuild",
      description =
          "Replays the event log into empty tables and compares; differences give exit code 1.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Writes only into a temporary file, and sends nothing to any device. Of secrets the log",
        "has digests of their hashes: a replaced hash is found, the hash is not brought back.",
        "",
        "Example:",
        "  ./vagus audit rebuild --data /var/lib/vagus || echo 'somebody changed the tables'"
      })
  static final class Rebuild implements Callable<Integer> {
    @Mixin final DataOptions data = new DataOptions();

    @Override
    public Integer call() {
      try (RegistryAudit audit = open(data)) {
        RebuildReport report = audit.rebuild();
        boolean whole = print(report.chain());
        report.differences().stream().limit(MAX_SHOWN).forEach(System.out::println);
        boolean same = whole && report.differences().isEmpty();
        System.out.println(
            same
                ? "the same: " + report.rows() + " rows as the log makes them"
                : "NOT the same: " + report.differences().size() + " differences");
        return same ? 0 : 1;
      }
    }
  }

  /** {@code ./vagus audit events}. */
  @Command(
      name = "events",
      description = "Lists what happened, the newest first.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus audit events --actor user:anna --since 2026-11-25T00:00:00Z",
        "  ./vagus audit events --device pump-7 --json"
      })
  static final class Events implements Callable<Integer> {
    @Mixin final ApiOptions api = new ApiOptions();

    @Option(names = "--device", paramLabel = "ID", description = "What happened to it.")
    @Nullable String device;

    @Option(
        names = "--actor",
        paramLabel = "WHO",
        description = "What they did: user:anna, token:ci, device:pump-7, system.")
    @Nullable String actor;

    @Option(names = "--type", paramLabel = "TYPE", description = "Such as device.deleted.")
    @Nullable String type;

    @Option(names = "--since", paramLabel = "TIME", description = "Such as 2026-11-25T00:00:00Z.")
    @Nullable String since;

    @Option(names = "--limit", paramLabel = "N", description = "At most (default: 100, <= 1000).")
    int limit = 100;

    @Option(names = "--json", description = "As the API gives it.")
    boolean json;

    @Override
    public Integer call() {
      JsonNode page = api.get(path());
      if (json) {
        System.out.println(page.toPrettyString());
        return 0;
      }
      for (JsonNode event : page.path("items")) {
        System.out.printf(
            "%8d  %-27s  %-20s  %-26s  %s%n",
            event.path("sequence").asLong(),
            event.path("time").asString(),
            event.path("actor").asString(),
            event.path("type").asString(),
            event.path("subject").asString());
      }
      if (page.has("next")) {
        System.out.println("and more: --limit shows up to 1000");
      }
      return 0;
    }

    private String path() {
      StringBuilder path =
          new StringBuilder(
              device == null
                  ? "/api/v1/events"
                  : "/api/v1/devices/" + encoded(device) + "/history");
      path.append("?limit=").append(limit);
      add(path, "actor", actor);
      add(path, "type", type);
      add(path, "from", since);
      return path.toString();
    }

    private static void add(StringBuilder path, String name, @Nullable String value) {
      if (value != null) {
        path.append('&').append(name).append('=').append(encoded(value));
      }
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
  }
}
