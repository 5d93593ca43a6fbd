package io.vagus.cli;

import io.vagus.kit.Durations;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus ca}. */
@Command(
    name = "ca",
    description = "The certificate authority of the devices.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  ./vagus ca init --root-key /media/usb/root.p12     then restart the server",
      "  openssl req -new -newkey ed25519 -nodes -keyout pump-7.key -subj /CN=pump-7 -out pump-7.csr",
      "  ./vagus ca issue pump-7 pump-7.csr > pump-7.crt",
      "  ./vagus ca revoke pump-7 5f0e1a --reason key-compromise"
    },
    subcommands = {
      CaInitCommand.class,
      CaCommand.Status.class,
      CaCommand.Issue.class,
      CaCommand.Revoke.class,
      CaCommand.Ending.class,
      CaCommand.OfDevice.class
    })
final class CaCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli fills it
  CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  private static String path(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String certificates(String device) {
    return "/api/v1/devices/" + path(device) + "/certificates";
  }

  private static void print(JsonNode certificates) {
    System.out.printf("%-32s %-24s %-8s %-8s %s%n", "serial", "device", "status", "key", "until");
    for (JsonNode c : certificates.path("items")) {
      System.out.printf(
          "%-32s %-24s %-8s %-8s %s%n",
          c.path("serial").asString(),
          c.path("device").asString(),
          c.path("status").asString(),
          c.path("keyKind").asString(),
          c.path("notAfter").asString());
    }
  }

  /** {@code ./vagus ca status}. */
  @Command(
      name = "status",
      description = "Shows the authority; exit code 1 when none is set up.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus ca status --data /var/lib/vagus"})
  static final class Status implements Callable<Integer> {
    @Mixin final ApiOptions api = new ApiOptions();

    @Override
    public Integer call() {
      JsonNode ca = api.get("/api/v1/ca");
      if (!ca.path("setUp").asBoolean()) {
        System.out.println("no authority is set up: ./vagus ca init makes one");
        return 1;
      }
      for (String name : new String[] {"root", "issuer"}) {
        JsonNode certificate = ca.path(name);
        System.out.printf(
            "%-7s %s%n        until %s%n        SHA-256 %s%n",
            name,
            certificate.path("subject").asString(),
            certificate.path("notAfter").asString(),
            certificate.path("fingerprint").asString());
      }
      System.out.println("valid   " + ca.path("valid").asLong() + " device certificates");
      return 0;
    }
  }

  /** {@code ./vagus ca issue}. */
  @Command(
      name = "issue",
      description = "Issues a certificate for a request (PKCS #10) and prints it as PEM.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus ca issue pump-7 pump-7.csr > pump-7.crt"})
  static final class Issue implements Callable<Integer> {
    @Mixin final ApiOptions api = new ApiOptions();

    @Parameters(index = "0", paramLabel = "DEVICE")
    @SuppressWarnings("NullAway.Init") // picocli fills it
    String device;

    @Parameters(index = "1", paramLabel = "FILE", description = "The request, PEM.")
    @SuppressWarnings("NullAway.Init") // picocli fills it
    Path request;

    @Override
    public Integer call() {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      try {
        body.put("csr", Files.readString(request, StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + request + ": " + e, e);
      }
      System.out.print(api.post(certificates(device), body).path("certificate").asString());
      return 0;
    }
  }

  /** {@code ./vagus ca revoke}. */
  @Command(
      name = "revoke",
      description = "Revokes a certificate for good; connections that came with it are closed.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus ca revoke pump-7 5f0e1a --reason key-compromise"})
  static final class Revoke implements Callable<Integer> {
    @Mixin final ApiOptions api = new ApiOptions();

    @Parameters(index = "0", paramLabel = "DEVICE")
    @SuppressWarnings("NullAway.Init") // picocli fills it
    String device;

    @Parameters(index = "1", paramLabel = "SERIAL")
    @SuppressWarnings("NullAway.Init") // picocli fills it
    String serial;

    @Option(
        names = "--reason",
        description =
            "unspecified, key-compromise, affiliation-changed, superseded, cessation-of-operation"
                + " or privilege-withdrawn (default: unspecified).")
    @Nullable String reason;

    @Override
    public Integer call() {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      if (reason != null) {
        body.put("reason", reason);
      }
      JsonNode revoked = api.post(certificates(device) + "/" + path(serial) + "/revoke", body);
      System.out.println(
          revoked.path("serial").asString()
              + " revoked at "
              + revoked.path("revokedAt").asString());
      return 0;
    }
  }

  /** {@code ./vagus ca expiring}. */
  @Command(
      name = "expiring",
      description = "Lists the valid certificates that end soon; exit code 1 when there are any.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus ca expiring --within 3d || echo 'renew these'"})
  static final class Ending implements Callable<Integer> {
    @Mixin final ApiOptions api = new ApiOptions();

    @Option(names = "--within", paramLabel = "TIME", description = "How soon (default: 10d).")
    String within = "10d";

    @Override
    public Integer call() {
      Duration bound = Durations.parse(within);
      JsonNode ending =
          api.get("/api/v1/certificates?limit=1000&within=" + Durations.format(bound));
      print(ending);
      return ending.path("items").isEmpty() ? 0 : 1;
    }
  }

  /** {@code ./vagus ca list}. */
  @Command(
      name = "list",
      description = "Lists all certificates that were ever issued to a device.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus ca list pump-7"})
  static final class OfDevice implements Callable<Integer> {
    @Mixin final ApiOptions api = new ApiOptions();

    @Parameters(index = "0", paramLabel = "DEVICE")
    @SuppressWarnings("NullAway.Init") // picocli fills it
    String device;

    @Override
    public Integer call() {
      print(api.get(certificates(device)));
      return 0;
    }
  }
}
