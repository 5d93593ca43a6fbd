package io.vagus.cli;

import io.vagus.client.ApiPath;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus enrol}: each subcommand is one call of the API. */
@Command(
    name = "enrol",
    description = "Lets devices enrol by themselves: batches, tokens, claim certificates.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  ./vagus enrol token --device pump-7 --product pump --for 1h",
      "  curl --cacert data/tls/server.crt https://localhost:8443/enrol -H \"Authorization: Bearer $TOKEN\" \\",
      "    -H 'Content-Type: application/json' -d '{\"device\": \"pump-7\"}'"
    },
    subcommands = EnrolBatchCommand.class)
final class EnrolCommand {
  private static final String TOKENS = "/api/v1/enrolment/tokens";

  @Command(
      description =
          "Makes provisioning tokens and prints them, one a line; they are shown this once. Each"
              + " enrols one device.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus enrol token --batch march --count 100 --for 2d > tokens.txt",
        "  ./vagus enrol token --csr pump-7.csr --product pump"
      })
  int token(
      @Mixin ApiOptions api,
      @Option(names = "--batch", paramLabel = "BATCH", description = "Whose members may use it.")
          @Nullable String batch,
      @Option(names = "--device", paramLabel = "DEVICE", description = "That alone may use it.")
          @Nullable String device,
      @Option(
              names = "--csr",
              paramLabel = "FILE",
              description = "A request (PKCS #10): only its key and device may use it.")
          @Nullable Path csr,
      @Option(
              names = "--product",
              paramLabel = "PRODUCT",
              description = "Of the device, if it is to be made (default: the batch's).")
          @Nullable String product,
      @Option(
              names = "--for",
              paramLabel = "TIME",
              defaultValue = "24h",
              description = "How long it can be used, 1m to 7d (default: ${DEFAULT-VALUE}).")
          String lifetime,
      @Option(
              names = "--count",
              defaultValue = "1",
              description = "How many, up to 10000 (default: ${DEFAULT-VALUE}).")
          int count) {
    ObjectNode body = object().put("lifetime", lifetime).put("count", count);
    put(body, "batch", batch);
    put(body, "device", device);
    put(body, "product", product);
    put(body, "csr", csr == null ? null : read(csr));
    for (JsonNode made : api.post(TOKENS, body).path("items")) {
      System.out.println(made.path("token").asString());
    }
    return 0;
  }

  @Command(
      description = "Lists the newest tokens, and who used them.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus enrol tokens"})
  int tokens(@Mixin ApiOptions api) {
    Table table = new Table("id", "status", "batch", "device", "expires", "used by");
    for (JsonNode t : api.get(TOKENS + "?limit=1000").path("items")) {
      table.add(
          t.path("id").asString(),
          t.path("status").asString(),
          t.path("batch").asString(""),
          t.path("device").asString(""),
          t.path("expires").asString(),
          t.path("usedBy").asString(""));
    }
    table.print();
    return 0;
  }

  @Command(
      description =
          "Shows how far a batch is, and how long its devices took from factory record to first"
              + " accepted telemetry, step by step. Exit code 1 while some are not there yet.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus enrol status march"})
  int status(@Mixin ApiOptions api, @Parameters(paramLabel = "BATCH") String batch) {
    JsonNode onboarding = api.get(ApiPath.of("enrolment", "batches", batch)).path("onboarding");
    long listed = onboarding.path("listed").asLong();
    long accepted = onboarding.path("accepted").asLong();
    System.out.printf(
        "%d listed, %d have a credential, %d had telemetry accepted%n",
        listed, onboarding.path("enrolled").asLong(), accepted);
    Table table = new Table("step", "devices", "median s", "95 % s", "longest s");
    for (JsonNode step : onboarding.path("steps")) {
      table.add(
          step.path("step").asString(),
          step.path("count").asString(),
          step.path("p50Seconds").asString(),
          step.path("p95Seconds").asString(),
          step.path("maxSeconds").asString());
    }
    table.print();
    onboarding.path("manual").forEach(step -> System.out.println("by hand: " + step.asString()));
    return accepted == listed ? 0 : 1;
  }

  @Command(
      name = "revoke-token",
      description = "Ends a token before its time.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus enrol revoke-token 5f0e1a2b3c4d5e6f"})
  int revokeToken(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    JsonNode token = api.post(ApiPath.of("enrolment", "tokens", id, "revoke"));
    System.out.println(id + " " + token.path("status").asString());
    return 0;
  }

  @Command(
      description =
          "Issues the claim certificate that all devices of a batch share until each has its own,"
              + " and prints it as PEM. The request (PKCS #10) names the batch.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout claim.key"
            + " -subj /CN=march -out claim.csr",
        "  ./vagus enrol claim march claim.csr > claim.crt"
      })
  int claim(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "BATCH") String batch,
      @Parameters(paramLabel = "FILE", description = "The request, PEM.") Path request,
      @Option(
              names = "--for",
              paramLabel = "TIME",
              defaultValue = "365d",
              description = "How long it is valid, 1h to 1825d (default: ${DEFAULT-VALUE}).")
          String lifetime) {
    ObjectNode body = object().put("csr", read(request)).put("lifetime", lifetime);
    JsonNode claim = api.post(ApiPath.of("enrolment", "batches", batch, "claims"), body);
    System.out.print(claim.path("certificate").asString());
    return 0;
  }

  @Command(
      name = "revoke-claim",
      description = "Ends a claim certificate for good.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus enrol revoke-claim march 5f0e1a"})
  int revokeClaim(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "BATCH") String batch,
      @Parameters(paramLabel = "SERIAL") String serial) {
    api.post(ApiPath.of("enrolment", "batches", batch, "claims", serial, "revoke"), object());
    System.out.println(serial + " is revoked");
    return 0;
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static void put(ObjectNode body, String name, @Nullable String value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
  }
}
