package io.vagus.cli;

import io.vagus.client.ApiPath;
import io.vagus.kit.Durations;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus ca}: each subcommand but {@code init} is one call of the API. */
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
    subcommands = CaInitCommand.class)
final class CaCommand {
  private static String certificates(String device) {
    return ApiPath.of("devices", device, "certificates");
  }

  private static void print(JsonNode certificates) {
    Table table = new Table("serial", "device", "status", "key", "until");
    for (JsonNode c : certificates.path("items")) {
      table.add(
          c.path("serial").asString(),
          c.path("device").asString(),
          c.path("status").asString(),
          c.path("keyKind").asString(),
          c.path("notAfter").asString());
    }
    table.print();
  }

  @Command(
      description = "Shows the authority; exit code 1 when none is set up.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus ca status --data /var/lib/vagus"})
  int status(@Mixin ApiOptions api) {
    JsonNode ca = api.get("/api/v1/ca");
    if (!ca.path("setUp").asBoolean()) {
      System.out.println("no authority is set up: ./vagus ca init makes one");
      return 1;
    }
    for (String name : List.of("root", "issuer")) {
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

  @Command(
      description = "Issues a certificate for a request (PKCS #10) and prints it as PEM.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus ca issue pump-7 pump-7.csr > pump-7.crt"})
  int issue(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "DEVICE") String device,
      @Parameters(paramLabel = "FILE", description = "The request, PEM.") Path request) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    try {
      body.put("csr", Files.readString(request, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + request + ": " + e, e);
    }
    System.out.print(api.post(certificates(device), body).path("certificate").asString());
    return 0;
  }

  @Command(
      description = "Revokes a certificate for good; connections that came with it are closed.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus ca revoke pump-7 5f0e1a --reason key-compromise"})
  int revoke(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "DEVICE") String device,
      @Parameters(paramLabel = "SERIAL") String serial,
      @Option(
              names = "--reason",
              description =
                  "unspecified, key-compromise, affiliation-changed, superseded,"
                      + " cessation-of-operation or privilege-withdrawn (default: unspecified).")
          @Nullable String reason) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (reason != null) {
      body.put("reason", reason);
    }
    String path = ApiPath.of("devices", device, "certificates", serial, "revoke");
    JsonNode revoked = api.post(path, body);
    System.out.println(
        revoked.path("serial").asString() + " revoked at " + revoked.path("revokedAt").asString());
    return 0;
  }

  @Command(
      description = "Lists the valid certificates that end soon; exit code 1 when there are any.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus ca expiring --within 3d || echo 'renew these'"})
  int expiring(
      @Mixin ApiOptions api,
      @Option(
              names = "--within",
              paramLabel = "TIME",
              defaultValue = "10d",
              description = "How soon (default: ${DEFAULT-VALUE}).")
          String within) {
    String bound = Durations.format(Durations.parse(within));
    JsonNode ending = api.get("/api/v1/certificates?limit=1000&within=" + bound);
    print(ending);
    return ending.path("items").isEmpty() ? 0 : 1;
  }

  @Command(
      description = "Lists all certificates that were ever issued to a device.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus ca list pump-7"})
  int list(@Mixin ApiOptions api, @Parameters(paramLabel = "DEVICE") String device) {
    print(api.get(certificates(device)));
    return 0;
  }
}
